// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small artifacts that several tests use, and helpers to take results apart.
#ifndef TEST_RUNTIME_TESTMODELS_H
#define TEST_RUNTIME_TESTMODELS_H

#include <filesystem>
#include <unistd.h>

#include <gtest/gtest.h>

#include "test/runtime/ArtifactBuilder.h"
#include "weft/Module.h"

namespace weft::test {

/// The value of a Result; the test fails and stops when there is none.
template <typename T> T take(Result<T> result) {
  if (!result)
    throw std::runtime_error(result.status().message());
  return std::move(*result);
}

inline Module load(const ArtifactBuilder &builder, int threads = 2) {
  Artifact artifact = take(Artifact::parse(builder.build(), "test.weft"));
  return take(
      Module::load(artifact, take(Device::open("cpu", "threads=" + std::to_string(threads)))));
}

inline Tensor floats(Shape shape, std::vector<float> values) {
  return take(Tensor::of<float>(std::move(shape), std::span<const float>(values)));
}

inline std::vector<float> read(const Tensor &tensor) {
  return {tensor.values<float>().begin(), tensor.values<float>().end()};
}

/// h <- step(h, x_t) for each of the sequences of 3 steps, side by side: last[sequences, 4] and
/// all[sequences, 3, 4] from x[sequences, 3, 4].
inline ArtifactBuilder makeSideBySide(int64_t sequences) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  builder.beginFunction("side");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {sequences, 3, 4});
  uint64_t last = builder.addResult("last", "output", DType::F32, {sequences, 4});
  uint64_t all = builder.addResult("all", "output", DType::F32, {sequences, 3, 4});
  uint64_t carried = builder.addArena(DType::F32, {sequences, 16});
  uint64_t next = builder.addArena(DType::F32, {sequences, 16});
  uint64_t zeros = builder.addConstant({0, 0, 0, 0});
  builder.beginFor(sequences);
  builder.copy(View(carried, 0, 64), zeros, 16);
  builder.beginFor(3);
  builder.launch("stepKernel", {View(carried, 0, 64), View(x, 1, 16).within(0, 48),
                                View(all, 1, 16).within(0, 48), View(next, 0, 64)});
  builder.copy(View(carried, 0, 64), View(next, 0, 64), 16);
  builder.endFor();
  builder.copy(View(last, 0, 16), View(carried, 0, 64), 16);
  builder.endParallelFor();
  return builder;
}

/// recur: out[5, 4], last[4] from x[5, 4], h[4]; a counted loop with windows and a carried buffer.
inline ArtifactBuilder makeRecurrence() {
  ArtifactBuilder builder;
  builder.useTestKernels();
  builder.beginFunction("recur");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {5, 4});
  uint64_t h = builder.addArgument("h", "input", DType::F32, {4});
  uint64_t out = builder.addResult("out", "output", DType::F32, {5, 4});
  uint64_t last = builder.addResult("last", "output", DType::F32, {4});
  uint64_t carried = builder.addArena(DType::F32, {4});
  uint64_t next = builder.addArena(DType::F32, {4});
  builder.copy(carried, h);
  builder.beginFor(5);
  builder.launch("stepKernel", {carried, View(x, 0, 16), View(out, 0, 16), next});
  builder.copy(carried, next);
  builder.endFor();
  builder.copy(last, carried);
  return builder;
}

/// rows: y[n, 4] = 2 x[n, 4] for n <= 64 in steps of 8; cut: y[m] = x[0 .. m) with m read from an
/// argument.
inline ArtifactBuilder makeBounded() {
  ArtifactBuilder builder;
  builder.useTestKernels();
  int64_t n = builder.addSymbol("n", 64, 8);
  int64_t m = builder.addSymbol("m", 64, 1);
  builder.beginFunction("rows");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {Size(n, 0), 4});
  uint64_t y = builder.addResult("y", "output", DType::F32, {Size(n, 0), 4});
  builder.launch("doubleRowsKernel", {x, y}, 4, {Size(n, 0)});
  builder.beginFunction("cut");
  uint64_t whole = builder.addArgument("x", "input", DType::F32, {64});
  uint64_t size = builder.addArgument("size", "input", DType::I32, {});
  uint64_t part = builder.addResult("y", "output", DType::F32, {Size(m, 0)});
  builder.setSize(uint64_t(m), size);
  builder.launch("prefixKernel", {whole, part}, 1, {Size(m, 0)});
  return builder;
}

/// scale: y = w · x elementwise, with its gradient.
inline void addScale(ArtifactBuilder &builder) {
  builder.beginFunction("scale.forward");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {4});
  uint64_t w = builder.addArgument("w", "param", DType::F32, {4});
  uint64_t y = builder.addResult("y", "output", DType::F32, {4});
  uint64_t saved = builder.addResult("saved.0", "saved", DType::F32, {4});
  builder.launch("multiplyKernel", {x, w, y});
  builder.copy(saved, x);

  builder.beginFunction("scale.backward");
  uint64_t dy = builder.addArgument("y", "cotangent", DType::F32, {4});
  uint64_t savedX = builder.addArgument("saved.0", "saved", DType::F32, {4});
  uint64_t savedW = builder.addArgument("w", "saved", DType::F32,
                                        {4}); // an argument of forward, not returned again
  uint64_t dx = builder.addResult("x", "gradient", DType::F32, {4});
  uint64_t dw = builder.addResult("w", "gradient", DType::F32, {4});
  builder.launch("multiplyKernel", {dy, savedW, dx});
  builder.launch("multiplyKernel", {dy, savedX, dw});
}

/// sum: loss = sum of x, with its gradient.
inline void addSum(ArtifactBuilder &builder) {
  builder.beginFunction("sum.forward");
  uint64_t x = builder.addArgument("x", "input", DType::F32, {4});
  uint64_t loss = builder.addResult("loss", "output", DType::F32, {});
  builder.launch("sumKernel", {x, loss});

  builder.beginFunction("sum.backward");
  uint64_t dLoss = builder.addArgument("loss", "cotangent", DType::F32, {});
  uint64_t dx = builder.addResult("x", "gradient", DType::F32, {4});
  builder.launch("broadcastKernel", {dLoss, dx});
}

/// scale and sum, and an update. train: loss = sum of w · g; w' = w - lr · g, where the input g has
/// the name `gradient`.
inline ArtifactBuilder makeTapeModel(const std::string &gradient) {
  ArtifactBuilder builder;
  builder.useTestKernels();
  addScale(builder);
  addSum(builder);
  builder.manifest["params"].push_back({{"name", "w"},
                                        {"dtype", "f32"},
                                        {"shape", {4}},
                                        {"init", {{"kind", "ones"}, {"scale", 0}}}});
  builder.beginFunction("train");
  uint64_t g = builder.addArgument(gradient, "input", DType::F32, {4});
  uint64_t w = builder.addArgument("w", "param", DType::F32, {4});
  builder.manifest["functions"].back()["arguments"].back()["param"] = "w";
  uint64_t rate = builder.addArgument("lr", "hyper", DType::F32, {});
  uint64_t loss = builder.addResult("loss", "output", DType::F32, {});
  uint64_t next = builder.addResult("w", "param", DType::F32, {4});
  uint64_t product = builder.addArena(DType::F32, {4});
  builder.launch("multiplyKernel", {g, w, product});
  builder.launch("sumKernel", {product, loss});
  builder.launch("descendKernel", {w, g, rate, next});
  return builder;
}

/// The same, with a train that may update w in place.
inline ArtifactBuilder makeInPlaceModel() {
  ArtifactBuilder builder = makeTapeModel("x");
  builder.manifest["functions"].back()["results"].back()["takes"] = 1;
  return builder;
}

/// A recurrence whose kernels are a GPU's.
inline ArtifactBuilder makeGpuModel() {
  ArtifactBuilder builder = makeRecurrence();
  nlohmann::json &target = builder.manifest["target"];
  target = {{"kind", "sm_80"}, {"features", nlohmann::json::array()}, {"ptx", "7.0"}};
  target["kernels"] = nlohmann::json::array();
  std::string ptx = "//\n.version 7.0\n.target sm_80\n.address_size 64\n";
  for (size_t i = 0; i < builder.manifest["kernels"].size(); ++i) {
    std::string entry = "kernel$" + std::to_string(i);
    target["kernels"].push_back({{"entry", entry}, {"threads", 128}, {"shared", 4096}});
    ptx += ".visible .entry " + entry + "(\n)\n{\n}\n";
  }
  std::string cubin = std::string("\x7f"
                                  "ELF")
                          .append(14, '\0') +
                      "\xbe";
  cubin.resize(64);
  builder.extras = {{WEFT_SECTION_PTX, "sm_80", ptx},
                    {WEFT_SECTION_CUBIN, "sm_80", cubin},
                    {WEFT_SECTION_GPU_IR, "sm_80", "BC\xc0\xde more"}};
  return builder;
}

/// The recurrence for a CPU, and beside it for a GPU.
inline ArtifactBuilder makeModelOfTwoTargets() {
  ArtifactBuilder builder = makeRecurrence(), gpu = makeGpuModel();
  std::vector<std::byte> bytes = gpu.build();
  const WeftSection &exec = getSection(bytes, WEFT_SECTION_EXEC);
  std::string program(reinterpret_cast<const char *>(bytes.data()) + exec.offset,
                      exec.storedLength);
  builder.extras = {{WEFT_SECTION_MANIFEST, "sm_80", gpu.manifest.dump()},
                    {WEFT_SECTION_EXEC, "sm_80", program}};
  if (!gpu.constants.empty())
    builder.extras.push_back({WEFT_SECTION_CONSTANTS, "sm_80", gpu.constants});
  builder.extras.insert(builder.extras.end(), gpu.extras.begin(), gpu.extras.end());
  return builder;
}

/// A folder of its own, removed with the test.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "weft-test-XXXXXX").string();
    folder = ::mkdtemp(path.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(folder); }
  std::string operator/(const std::string &name) const { return folder + "/" + name; }
  const std::string &path() const { return folder; }

private:
  std::string folder;
};

} // namespace weft::test

#endif
