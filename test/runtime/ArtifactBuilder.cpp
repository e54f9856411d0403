// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/runtime/ArtifactBuilder.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include <xxhash.h>
#include <zstd.h>

namespace weft::test {

using Json = nlohmann::json;

ArtifactBuilder::ArtifactBuilder() {
  manifest = {{"format", 1},           {"model", "test"},
              {"producer", "by hand"}, {"target", {{"kind", "cpu"}, {"features", {"sse2"}}}},
              {"dtype", "f32"},        {"config", {{"width", "4"}}}};
  for (const char *table : {"symbols", "kernels", "params", "states", "functions"})
    manifest[table] = Json::array();
}

int64_t ArtifactBuilder::addSymbol(const std::string &name, int64_t bound, int64_t step) {
  program.symbols.push_back({bound, step});
  manifest["symbols"].push_back({{"name", name}, {"bound", bound}, {"step", step}});
  return int64_t(program.symbols.size()) - 1;
}

void ArtifactBuilder::beginFunction(const std::string &name) {
  WeftExecFunction function = {};
  function.firstBuffer = program.buffers.size();
  function.firstOp = program.ops.size();
  program.functions.push_back(function);
  manifest["functions"].push_back(
      {{"name", name}, {"arguments", Json::array()}, {"results", Json::array()}});
}

uint64_t ArtifactBuilder::addDims(const Sizes &shape) {
  for (const Size &size : shape)
    program.dims.push_back({size.symbol, size.offset});
  return program.dims.size() - shape.size();
}

int64_t ArtifactBuilder::getMaximum(const Size &size) const {
  return size.offset + (size.symbol < 0 ? 0 : program.symbols[size.symbol].bound);
}

uint64_t ArtifactBuilder::addBuffer(WeftBufferKind kind, DType dtype, const Sizes &shape,
                                    uint64_t offset) {
  WeftExecBuffer buffer = {};
  buffer.kind = kind;
  buffer.dtype = uint64_t(dtype);
  buffer.rank = shape.size();
  buffer.firstDim = addDims(shape);
  buffer.offset = offset;
  buffer.boundBytes = uint64_t(getByteWidth(dtype));
  for (const Size &size : shape)
    buffer.boundBytes *= uint64_t(getMaximum(size));
  program.buffers.push_back(buffer);
  return program.functions.back().bufferCount++;
}

Json ArtifactBuilder::describe(const std::string &name, const std::string &role, DType dtype,
                               const Sizes &shape) const {
  Json json = {{"name", name}, {"role", role}, {"dtype", getName(dtype)}, {"shape", Json::array()}};
  for (const Size &size : shape) {
    if (size.symbol < 0)
      json["shape"].push_back(size.offset);
    else
      json["shape"].push_back(
          {{"symbol", manifest["symbols"][size.symbol]["name"]}, {"offset", size.offset}});
  }
  return json;
}

uint64_t ArtifactBuilder::addArgument(const std::string &name, const std::string &role, DType dtype,
                                      Sizes shape) {
  ++program.functions.back().argumentCount;
  manifest["functions"].back()["arguments"].push_back(describe(name, role, dtype, shape));
  return addBuffer(WEFT_BUFFER_Argument, dtype, shape, 0);
}

uint64_t ArtifactBuilder::addResult(const std::string &name, const std::string &role, DType dtype,
                                    Sizes shape) {
  ++program.functions.back().resultCount;
  manifest["functions"].back()["results"].push_back(describe(name, role, dtype, shape));
  return addBuffer(WEFT_BUFFER_Result, dtype, shape, 0);
}

uint64_t ArtifactBuilder::addArena(DType dtype, Sizes shape) {
  WeftExecFunction &function = program.functions.back();
  uint64_t index = addBuffer(WEFT_BUFFER_Arena, dtype, shape, function.arenaBytes);
  function.arenaBytes += (program.buffers.back().boundBytes + 63) / 64 * 64;
  return index;
}

uint64_t ArtifactBuilder::addConstant(const std::vector<float> &values) {
  uint64_t offset = constants.size();
  constants.append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
  constants.resize((constants.size() + 63) / 64 * 64);
  return addBuffer(WEFT_BUFFER_Constant, DType::F32, {Size(int64_t(values.size()))}, offset);
}

WeftExecOp &ArtifactBuilder::addOp(WeftOpcode opcode, const std::vector<View> &views) {
  WeftExecOp op = {};
  op.opcode = opcode;
  op.firstArg = program.args.size();
  op.argCount = views.size();
  for (const View &view : views)
    program.args.push_back(
        {view.buffer, view.loop, view.stride, view.offset, view.outerLoop, view.outerStride});
  ++program.functions.back().opCount;
  return program.ops.emplace_back(op);
}

void ArtifactBuilder::launch(const std::string &kernel, std::vector<View> views, uint64_t tasks,
                             const Sizes &sizes) {
  Json &kernels = manifest["kernels"];
  uint64_t index = std::find(kernels.begin(), kernels.end(), kernel) - kernels.begin();
  if (index == kernels.size()) {
    kernels.push_back(kernel);
    Sizes bounds;
    for (const Size &size : sizes)
      bounds.push_back(getMaximum(size));
    uint64_t firstBound = sizes.empty() ? 0 : addDims(bounds);
    program.kernels.push_back({views.size(), firstBound, sizes.size()});
  }
  uint64_t firstSize = sizes.empty() ? 0 : addDims(sizes);
  WeftExecOp &op = addOp(WEFT_OP_Launch, views);
  op.firstSize = firstSize;
  op.sizeCount = sizes.size();
  op.a = index;
  op.b = tasks;
}

void ArtifactBuilder::copy(View destination, View source, uint64_t bytes) {
  addOp(WEFT_OP_Copy, {destination, source}).b = bytes;
}

void ArtifactBuilder::beginFor(Size trips) {
  uint64_t dim = addDims({trips});
  openLoops.push_back(program.ops.size());
  addOp(WEFT_OP_For, {}).b = dim;
}

void ArtifactBuilder::endFor(bool isReverse) {
  program.ops[openLoops.back()].a = program.ops.size();
  WeftExecOp &last = addOp(WEFT_OP_End, {});
  last.a = isReverse;
  last.b = openLoops.back();
  openLoops.pop_back();
}

void ArtifactBuilder::endParallelFor() {
  endFor();
  program.ops.back().a = 2;
}

void ArtifactBuilder::setSize(uint64_t symbol, View value) {
  addOp(WEFT_OP_SetSize, {value}).a = symbol;
}

void ArtifactBuilder::useTestKernels() {
  std::ifstream file(WEFT_TEST_KERNELS, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  code = text.str();
}

std::vector<std::byte> ArtifactBuilder::build() const {
  std::string exec;
  auto append = [&exec](const auto &records) {
    exec.append(reinterpret_cast<const char *>(records.data()),
                records.size() * sizeof(records[0]));
  };
  WeftExecHeader header = {};
  header.magic = WEFT_EXEC_MAGIC;
#define WEFT_EXEC_RECORD(Name, table, sentence) header.table##Count = program.table.size();
#include "weft/abi/Exec.def"
  append(std::vector{header});
#define WEFT_EXEC_RECORD(Name, table, sentence) append(program.table);
#include "weft/abi/Exec.def"

  struct Section {
    WeftSectionType type;
    std::string name, stored;
    uint64_t rawLength;
    uint32_t flags = WEFT_SECTION_REQUIRED;
  };
  std::string text = manifest.dump();
  std::vector<Section> sections = {{WEFT_SECTION_MANIFEST, "", text, text.size()},
                                   {WEFT_SECTION_EXEC, "", exec, exec.size()},
                                   {WEFT_SECTION_CPU_CODE, "cpu", code, code.size()},
                                   {WEFT_SECTION_CONSTANTS, "", constants, constants.size()}};
  if (!graph.empty()) {
    std::string packed(ZSTD_compressBound(graph.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), graph.data(), graph.size(), 3));
    sections.push_back({WEFT_SECTION_IR_TEXT, "graph", packed, graph.size(), WEFT_SECTION_ZSTD});
  }

  for (const Extra &extra : extras)
    sections.push_back({extra.type, extra.name, extra.content, extra.content.size()});

  std::vector<std::byte> bytes(sizeof(WeftArtifactHeader) + sections.size() * sizeof(WeftSection));
  WeftArtifactHeader file = {};
  std::memcpy(file.magic, WEFT_ARTIFACT_MAGIC, sizeof file.magic);
  file.version = WEFT_ARTIFACT_VERSION;
  file.sectionCount = uint32_t(sections.size());
  file.tableOffset = sizeof file;
  for (size_t i = 0; i < sections.size(); ++i) {
    WeftSection record = {};
    record.type = sections[i].type;
    record.flags = sections[i].flags;
    record.offset = (bytes.size() + 4095) / 4096 * 4096;
    record.storedLength = sections[i].stored.size();
    record.rawLength = sections[i].rawLength;
    sections[i].name.copy(record.name, sizeof record.name - 1);
    std::memcpy(bytes.data() + sizeof file + i * sizeof record, &record, sizeof record);
    bytes.resize(record.offset + record.storedLength);
    std::copy_n(reinterpret_cast<const std::byte *>(sections[i].stored.data()), record.storedLength,
                bytes.begin() + long(record.offset));
  }
  file.fileSize = bytes.size();
  std::memcpy(bytes.data(), &file, sizeof file);
  sealArtifact(bytes);
  return bytes;
}

void sealArtifact(std::vector<std::byte> &bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data() + 64, bytes.size() - 64));
  std::memcpy(bytes.data() + offsetof(WeftArtifactHeader, hash), canonical.digest,
              sizeof canonical.digest);
}

WeftSection &getSection(std::vector<std::byte> &bytes, WeftSectionType type) {
  auto *section = reinterpret_cast<WeftSection *>(bytes.data() + sizeof(WeftArtifactHeader));
  while (section->type != uint32_t(type))
    ++section;
  return *section;
}

} // namespace weft::test
