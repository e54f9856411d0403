// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/TileToNVPTX/TileToNVPTX.h"
#include "dialects/tile/TileDialect.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_TILEINSERTBARRIERSPASS
#include "compiler/lower/TileToNVPTX/Passes.h.inc"

namespace {

/// What was accessed since the last barrier: which memory is read, and by which ops it is written.
struct Pending {
  llvm::SetVector<Value> read;
  llvm::SetVector<std::pair<Value, Operation *>> written;

  void add(const Pending &other) {
    read.insert_range(other.read);
    written.insert_range(other.written);
  }
  bool isWritten(Value memory, Operation *butBy = nullptr) const {
    return llvm::any_of(written, [&](const std::pair<Value, Operation *> &access) {
      return access.first == memory && access.second != butBy;
    });
  }
  void clear() {
    read.clear();
    written.clear();
  }
};

class BarrierInsertion {
public:
  explicit BarrierInsertion(tile::KernelOp kernel) : kernel(kernel) {}

  void run() {
    Pending pending;
    visit(kernel.getBody().front(), pending);
    // The block goes on with another task, which shares buffers with this one, but no element.
    auto isArray = [](Value memory) { return isa<BlockArgument>(memory); };
    pending.read.remove_if(isArray);
    pending.written.remove_if(
        [&](const std::pair<Value, Operation *> &access) { return isArray(access.first); });
    visit(kernel.getBody().front(), pending);
  }

private:
  void visit(Block &block, Pending &pending) {
    for (Operation &op : llvm::make_early_inc_range(block.without_terminator()))
      visit(&op, pending);
  }

  void visit(Operation *op, Pending &pending) {
    if (isa<tile::BarrierOp>(op))
      return pending.clear();
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      Pending before = pending;
      visit(*loop.getBody(), pending);
      pending.add(before); // it may run no round at all
      visit(*loop.getBody(), pending);
      return pending.add(before);
    }
    if (auto branch = dyn_cast<scf::IfOp>(op)) {
      Pending before = pending, other = pending;
      visit(*branch.thenBlock(), pending);
      if (branch.elseBlock())
        visit(*branch.elseBlock(), other);
      return pending.add(other);
    }
    if (auto write = dyn_cast<tile::WriteOp>(op))
      return addWrite(op, write.getBuffer(), pending);
    if (auto store = dyn_cast<tile::StoreOp>(op))
      return addWrite(op, getArray(store.getView()), pending);
    if (auto read = dyn_cast<tile::ReadOp>(op))
      addRead(op, {read.getBuffer()}, pending);
    else if (auto dot = dyn_cast<tile::DotOp>(op))
      addRead(op, {dot.getA(), dot.getB()}, pending);
    else if (auto load = dyn_cast<tile::LoadOp>(op))
      addRead(op, {getArray(load.getView())}, pending);
  }

  static Value getArray(Value view) { return view.getDefiningOp<tile::ViewOp>().getArray(); }

  /// Arrays that are only read need no order.
  bool isShared(Value memory) {
    auto array = dyn_cast<BlockArgument>(memory);
    return !array || llvm::is_contained(kernel.getWrites(), int64_t(array.getArgNumber()));
  }

  void addRead(Operation *op, ArrayRef<Value> memories, Pending &pending) {
    if (llvm::any_of(memories, [&](Value memory) { return pending.isWritten(memory); }))
      insert(op, pending);
    for (Value memory : memories)
      if (isShared(memory))
        pending.read.insert(memory);
  }

  void addWrite(Operation *op, Value memory, Pending &pending) {
    bool isArray = isa<BlockArgument>(memory);
    // The rounds of a loop store different parts of an array, but the same buffer.
    if (pending.read.contains(memory) || pending.isWritten(memory, isArray ? op : nullptr))
      insert(op, pending);
    pending.written.insert({memory, op});
  }

  static void insert(Operation *before, Pending &pending) {
    OpBuilder builder(before);
    tile::BarrierOp::create(builder, before->getLoc());
    pending.clear();
  }

  tile::KernelOp kernel;
};

struct TileInsertBarriersPass : impl::TileInsertBarriersPassBase<TileInsertBarriersPass> {
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<tile::KernelOp>())
      BarrierInsertion(kernel).run();
  }
};

} // namespace

} // namespace weft::compiler
