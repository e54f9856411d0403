// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Artifacts written by hand for the tests: the smallest writer, independent of the compiler's.
#ifndef TEST_RUNTIME_ARTIFACTBUILDER_H
#define TEST_RUNTIME_ARTIFACTBUILDER_H

#include <initializer_list>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "runtime/exec/ExecProgram.h"
#include "weft/abi/Artifact.h"

namespace weft::test {

/// A size in a shape: a number, or a symbol by index and a number.
struct Size {
  Size(int64_t offset) : offset(offset) {}
  Size(int64_t symbol, int64_t offset) : symbol(symbol), offset(offset) {}
  int64_t symbol = -1, offset = 0;
};
using Sizes = std::vector<Size>;

/// A buffer as an op sees it.
struct View {
  View(uint64_t buffer) : buffer(buffer) {}
  View(uint64_t buffer, int64_t loop, int64_t stride, int64_t offset = 0)
      : buffer(buffer), loop(loop), stride(stride), offset(offset) {}
  /// The same, moved by a loop further out too.
  View within(int64_t outerLoop, int64_t outerStride) const {
    View moved = *this;
    moved.outerLoop = outerLoop;
    moved.outerStride = outerStride;
    return moved;
  }
  uint64_t buffer;
  int64_t loop = -1, stride = 0, offset = 0, outerLoop = -1, outerStride = 0;
};

class ArtifactBuilder {
public:
  ArtifactBuilder();

  int64_t addSymbol(const std::string &name, int64_t bound, int64_t step);
  void beginFunction(const std::string &name);
  /// Arguments first, then results, then arena buffers and constants; each returns the buffer's
  /// index.
  uint64_t addArgument(const std::string &name, const std::string &role, DType dtype, Sizes shape);
  uint64_t addResult(const std::string &name, const std::string &role, DType dtype, Sizes shape);
  uint64_t addArena(DType dtype, Sizes shape);
  uint64_t addConstant(const std::vector<float> &values);

  /// The first launch of a kernel declares its sizes, at most as large as they are there.
  void launch(const std::string &kernel, std::vector<View> views, uint64_t tasks = 1,
              const Sizes &sizes = {});
  void copy(View destination, View source, uint64_t bytes = 0);
  void beginFor(Size trips);
  void endFor(bool isReverse = false);
  /// Of a loop whose iterations may run at the same time.
  void endParallelFor();
  void setSize(uint64_t symbol, View value);

  /// The kernels of TestKernels.cpp as the code section.
  void useTestKernels();

  /// A section behind the others, stored as it is; required.
  struct Extra {
    WeftSectionType type;
    std::string name, content;
  };
  std::vector<Extra> extras;

  std::vector<std::byte> build() const;

  ExecProgram program; ///< open to be damaged
  nlohmann::json manifest;
  std::string code = "no code", constants, graph;

private:
  uint64_t addBuffer(WeftBufferKind kind, DType dtype, const Sizes &shape, uint64_t offset);
  uint64_t addDims(const Sizes &shape);
  int64_t getMaximum(const Size &size) const;
  WeftExecOp &addOp(WeftOpcode opcode, const std::vector<View> &views);
  nlohmann::json describe(const std::string &name, const std::string &role, DType dtype,
                          const Sizes &shape) const;

  std::vector<uint64_t> openLoops;
};

/// Writes the hash of the content into the header.
void sealArtifact(std::vector<std::byte> &bytes);

/// A section as the table says.
WeftSection &getSection(std::vector<std::byte> &bytes, WeftSectionType type);

} // namespace weft::test

#endif
