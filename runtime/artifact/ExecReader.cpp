// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/artifact/ExecReader.h"

#include <cstring>

#include "runtime/base/Checked.h"
#include "runtime/base/Format.h"

namespace weft {
namespace {

/// Takes `count` records off the front of `bytes`.
template <typename Record>
Status takeTable(std::span<const std::byte> &bytes, const std::byte *begin, const char *table,
                 uint64_t count, std::vector<Record> &records) {
  if (count > bytes.size() / sizeof(Record))
    return fileError("table `{}` at offset {} expects {} records of {} bytes, got {} bytes", table,
                     bytes.data() - begin, count, sizeof(Record), bytes.size());
  records.resize(count);
  if (count)
    std::memcpy(records.data(), bytes.data(), count * sizeof(Record));
  bytes = bytes.subspan(count * sizeof(Record));
  return {};
}

Status compareShapes(const ExecProgram &program, const WeftExecBuffer &buffer,
                     const TensorSpec &spec) {
  std::span<const WeftExecDim> dims = program.dimsOf(buffer);
  bool isEqual = buffer.dtype == uint64_t(spec.dtype) && dims.size() == spec.shape.size();
  for (size_t i = 0; isEqual && i < dims.size(); ++i)
    isEqual = dims[i].symbol == spec.shape[i].symbol && dims[i].offset == spec.shape[i].offset;
  if (!isEqual)
    return fileError("`{}` has another type in the manifest than in the exec section", spec.name);
  return {};
}

Status compareFunction(const ExecProgram &program, const WeftExecFunction &function,
                       const FunctionSpec &spec) {
  if (function.argumentCount != spec.arguments.size() ||
      function.resultCount != spec.results.size())
    return fileError("expects {} arguments and {} results as in the manifest, got {} and {}",
                     spec.arguments.size(), spec.results.size(), function.argumentCount,
                     function.resultCount);
  std::span<const WeftExecBuffer> buffers = program.buffersOf(function);
  for (size_t i = 0; i < spec.arguments.size(); ++i)
    if (Status status = compareShapes(program, buffers[i], spec.arguments[i]); !status)
      return status.within("argument");
  for (size_t i = 0; i < spec.results.size(); ++i)
    if (Status status = compareShapes(program, buffers[spec.arguments.size() + i], spec.results[i]);
        !status)
      return status.within("result");
  return {};
}

} // namespace

Result<ExecProgram> readExecProgram(std::span<const std::byte> section) {
  WeftExecHeader header;
  if (section.size() < sizeof header)
    return fileError("header expects {} bytes, got {}", sizeof header, section.size());
  std::memcpy(&header, section.data(), sizeof header);
  if (header.magic != WEFT_EXEC_MAGIC)
    return fileError("magic at offset 0 expects {:#x}, got {:#x}", WEFT_EXEC_MAGIC, header.magic);
  ExecProgram program;
  std::span<const std::byte> rest = section.subspan(sizeof header);
#define WEFT_EXEC_RECORD(Name, table, sentence)                                                    \
  if (Status status = takeTable(rest, section.data(), #table, header.table##Count, program.table); \
      !status)                                                                                     \
    return status;
#include "weft/abi/Exec.def"
  if (!rest.empty())
    return fileError("expects to end after its tables, got {} more bytes", rest.size());
  return program;
}

Status verifyExecMatchesManifest(const ExecProgram &program, const Manifest &manifest) {
  auto expectCount = [](const char *what, size_t expected, size_t got) {
    return expected == got
               ? Status()
               : fileError("expects {} {} as in the manifest, got {}", expected, what, got);
  };
  if (Status status = expectCount("symbols", manifest.symbols.size(), program.symbols.size());
      !status)
    return status;
  if (Status status = expectCount("kernels", manifest.kernels.size(), program.kernels.size());
      !status)
    return status;
  if (Status status = expectCount("functions", manifest.functions.size(), program.functions.size());
      !status)
    return status;
  for (size_t i = 0; i < program.symbols.size(); ++i) {
    const SymbolSpec &spec = manifest.symbols[i];
    if (spec.bound != program.symbols[i].bound || spec.step != program.symbols[i].step)
      return fileError("symbol `{}` expects bound {} and step {} as in the manifest, got {} and {}",
                       spec.name, spec.bound, spec.step, program.symbols[i].bound,
                       program.symbols[i].step);
  }
  for (size_t i = 0; i < program.functions.size(); ++i)
    if (Status status = compareFunction(program, program.functions[i], manifest.functions[i]);
        !status)
      return status.within(fmt::format("function `{}`", manifest.functions[i].name));
  return {};
}

} // namespace weft
