// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// weft-write-seeds FOLDER: writes the binary seeds of the fuzz targets, from the artifacts of the
// runtime's tests. Run it when a layout changes.
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "test/runtime/TestModels.h"
#include "weft/Safetensors.h"

using namespace weft;
using namespace weft::test;

namespace {

std::string toString(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

void write(const std::string &path, const std::string &content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

std::string takeSection(const std::vector<std::byte> &bytes, const WeftSection &section) {
  return toString(std::span(bytes).subspan(section.offset, section.storedLength));
}

/// As ArtifactFuzz.cpp reads it: without the padding.
std::string makeCompact(const std::vector<std::byte> &bytes) {
  WeftArtifactHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  size_t head = sizeof header + header.sectionCount * sizeof(WeftSection);
  std::string compact = "\1" + toString(std::span(bytes).first(head));
  for (size_t i = 0; i < header.sectionCount; ++i) {
    WeftSection section;
    std::memcpy(&section, bytes.data() + sizeof header + i * sizeof section, sizeof section);
    compact += takeSection(bytes, section);
  }
  return compact;
}

/// A little of everything: constants, a loop, copies, a size that the program sets.
ArtifactBuilder makeMixed() {
  ArtifactBuilder builder;
  builder.code = "no code";
  int64_t n = builder.addSymbol("n", 8, 2);
  builder.manifest["params"].push_back({{"name", "W"},
                                        {"dtype", "f32"},
                                        {"shape", {2, 4}},
                                        {"init", {{"kind", "normal"}, {"scale", 0.02}}},
                                        {"low", -1.0},
                                        {"high", 1}});
  builder.manifest["states"].push_back(
      {{"name", "step.cache"}, {"dtype", "f32"}, {"shape", {{{"symbol", "n"}, {"offset", 0}}, 4}}});
  builder.beginFunction("step");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {4, 4});
  builder.addArgument("cache", "state", DType::F32, {Size(n, 0), 4});
  uint64_t w = builder.addArgument("W", "param", DType::F32, {2, 4});
  auto &arguments = builder.manifest["functions"][0]["arguments"];
  arguments[1]["state"] = "step.cache";
  arguments[2]["param"] = "W";
  uint64_t y = builder.addResult("loss", "output", DType::F32, {4, 4});
  uint64_t size = builder.addArena(DType::I32, {});
  uint64_t one = builder.addConstant({1, 2, 3, 4});
  builder.launch("k", {x, w, one, y}, 2);
  builder.beginFor(4);
  builder.copy(View(y, 0, 16), View(x, 0, 16), 16);
  builder.endFor();
  builder.copy(size, View(one), 4);
  builder.launch("k2", {y}, 1, {Size(n, 0), 3});
  builder.graph = "module {\n  func.func @step() {\n    return\n  }\n}\n";
  return builder;
}

ArtifactBuilder withoutCode(ArtifactBuilder builder) {
  builder.code = "no code";
  return builder;
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "weft-write-seeds expects the folder test/fuzz/corpus\n");
    return 2;
  }
  std::string folder = argv[1];
  ArtifactBuilder empty;
  for (const auto &[name, builder] : std::initializer_list<std::pair<std::string, ArtifactBuilder>>{
           {"recurrence", withoutCode(makeRecurrence())},
           {"bounded", withoutCode(makeBounded())},
           {"side-by-side", withoutCode(makeSideBySide(3))},
           {"mixed", makeMixed()},
           {"empty", empty},
           {"gpu", withoutCode(makeGpuModel())},
           {"targets", withoutCode(makeModelOfTwoTargets())}}) {
    std::vector<std::byte> bytes = builder.build();
    write(folder + "/artifact/" + name, makeCompact(bytes));
    write(folder + "/manifest/" + name + ".json", builder.manifest.dump());
    WeftSection constants = getSection(bytes, WEFT_SECTION_CONSTANTS);
    write(folder + "/exec/" + name, std::string(1, char(constants.storedLength / 64)) +
                                        takeSection(bytes, getSection(bytes, WEFT_SECTION_EXEC)));
    if (name == "bounded")
      write(folder + "/artifact/bounded-padded", std::string(1, '\0') + toString(bytes));
  }
  TensorMap tensors;
  for (DType dtype : {DType::F32, DType::F64, DType::BF16, DType::F16, DType::I32, DType::I1})
    tensors["t." + std::string(getName(dtype))] = *Tensor::zeros(dtype, {2, 3});
  tensors["empty"] = *Tensor::zeros(DType::F32, {0, 4});
  write(folder + "/safetensors/every-type",
        std::string(1, '\0') + toString(*formatSafetensors(tensors, {{"format", "pt"}})));
  write(folder + "/safetensors/nothing", std::string(1, '\0') + toString(*formatSafetensors({})));
  return 0;
}
