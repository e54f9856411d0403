// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/TraceFile.h"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/weft/Failure.h"
#include "tools/weft/Quote.h"

using namespace weft;
using namespace weft::driver;

TraceFile::TraceFile(const std::string &path) : path(path), file(std::fopen(path.c_str(), "w")) {
  if (!file)
    fail(ErrorCode::Resource, "{}: cannot write: {}", path, std::strerror(errno));
  fmt::print(file, "{{\"displayTimeUnit\":\"ms\",\"otherData\":{{\"producer\":\"weft " WEFT_VERSION
                   "\"}},\"traceEvents\":[\n");
}

TraceFile::~TraceFile() {
  if (file)
    std::fclose(file);
}

void TraceFile::listen(Module &module) {
  module.observe([this](const CallRecord &record) { write(record); });
}

void TraceFile::write(const CallRecord &record) {
  if (!file)
    return;
  using Microseconds = std::chrono::duration<double, std::micro>;
  // Complete events ("X"): the viewer nests those of one thread by their times.
  nlohmann::ordered_json event = {{"name", record.name},
                                  {"cat", record.isKernel ? "kernel" : "function"},
                                  {"ph", "X"},
                                  {"ts", Microseconds(record.begin - start).count()},
                                  {"dur", Microseconds(record.end - record.begin).count()},
                                  {"pid", 1},
                                  {"tid", 1}};
  if (record.isKernel)
    event["args"] = {{"source", record.place}, {"tasks", record.tasks}};
  fmt::print(file, "{}{}", records++ == 0 ? "" : ",\n", toText(event));
}

void TraceFile::finish() {
  fmt::print(file, "\n]}}\n");
  bool isWhole = std::ferror(file) == 0;
  isWhole &= std::fclose(std::exchange(file, nullptr)) == 0;
  if (!isWhole)
    fail(ErrorCode::Resource, "{}: cannot write: {}", path, std::strerror(errno));
}
