// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The memory plan for a person: `weft inspect --memory`.
#include "compiler/lower/PlanMemory/PlanMemory.h"

#include "compiler/support/Bytes.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// "Model.h:42" of the first file position inside a location, else "-".
std::string formatSource(Location loc) {
  std::string text = "-";
  loc->walk([&](Location inner) {
    auto file = dyn_cast<FileLineColLoc>(inner);
    if (!file)
      return WalkResult::advance();
    text = (llvm::sys::path::filename(file.getFilename()) + ":" + Twine(file.getLine())).str();
    return WalkResult::interrupt();
  });
  return text;
}

int64_t getBytes(exec::BufferOp buffer, const llvm::StringMap<int64_t> &sizes) {
  return getBytesAt(buffer.getType().getTensor(), sizes).value_or(0);
}

/// The most bytes alive at one step, at these sizes.
int64_t getPeak(ArrayRef<Lifetime> lives, const llvm::StringMap<int64_t> &sizes) {
  int64_t peak = 0;
  for (const Lifetime &at : lives) {
    int64_t alive = 0;
    for (const Lifetime &life : lives)
      if (life.first <= at.first && at.first <= life.last)
        alive += getBytes(life.buffer, sizes);
    peak = std::max(peak, alive);
  }
  return peak;
}

void writeProgram(exec::ProgramOp program, const llvm::StringMap<int64_t> &sizes,
                  llvm::raw_ostream &out) {
  const llvm::StringMap<int64_t> bounds;
  SmallVector<Lifetime> lives = getLifetimes(program);
  DenseMap<Operation *, Lifetime> lifeOf;
  for (const Lifetime &life : lives)
    lifeOf.try_emplace(life.buffer, life);
  out << "function " << program.getSymName() << ": arena " << program.getArena()
      << " bytes at the bounds; most alive at once " << getPeak(lives, bounds) << " at the bounds, "
      << getPeak(lives, sizes) << " at the given sizes\n";
  if (auto bytes = program->getAttrOfType<IntegerAttr>(ir::recomputedAttrName))
    out << "  " << bytes.getInt()
        << " bytes at the bounds are computed again on the way back, not kept for it\n";
  out << "  kind      offset       at bound     at sizes     steps        shape, source\n";
  for (auto buffer : program.getBody().front().getOps<exec::BufferOp>()) {
    RankedTensorType type = buffer.getType().getTensor();
    std::string steps = "-";
    if (auto life = lifeOf.find(buffer); life != lifeOf.end())
      steps = (Twine(life->second.first) + ".." + Twine(life->second.last)).str();
    out << "  " << llvm::left_justify(exec::stringifyBufferKind(buffer.getKind()), 10)
        << llvm::left_justify(std::to_string(buffer.getOffset()), 13)
        << llvm::left_justify(std::to_string(getBytes(buffer, bounds)), 13)
        << llvm::left_justify(std::to_string(getBytes(buffer, sizes)), 13)
        << llvm::left_justify(steps, 13) << ir::formatShape(type) << " " << type.getElementType()
        << ", " << formatSource(buffer.getLoc()) << "\n";
  }
}

} // namespace

void writeMemoryReport(ModuleOp module, const llvm::StringMap<int64_t> &sizes,
                       llvm::raw_ostream &out) {
  for (auto program : module.getOps<exec::ProgramOp>())
    writeProgram(program, sizes, out);
}

} // namespace weft::compiler
