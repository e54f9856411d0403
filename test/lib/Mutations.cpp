// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "test/lib/Mutations.h"

#include "compiler/lower/TileToNVPTX/Ranges.h"
#include "dialects/tile/TileDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace weft::check {

/// What orders threads or memory, and does nothing else.
static bool isSync(Operation *op) {
  static constexpr StringLiteral names[] = {"tile.barrier", "tile.wait", "tile.fence"};
  return llvm::is_contained(names, op->getName().getStringRef());
}

static std::string getPlace(Operation *op) {
  FileLineColLoc found;
  op->getLoc()->walk([&](Location location) {
    found = found ? found : dyn_cast<FileLineColLoc>(location);
    return found ? WalkResult::interrupt() : WalkResult::advance();
  });
  if (!found)
    return "";
  return (" of " + llvm::sys::path::filename(found.getFilename().getValue()) + ":" +
          Twine(found.getLine()))
      .str();
}

std::vector<std::string> removeSync(ModuleOp staged, int number) {
  std::vector<Operation *> found;
  std::vector<std::string> places;
  staged.walk([&](Operation *op) {
    if (!isSync(op))
      return;
    places.push_back((op->getName().stripDialect() + " " + Twine(found.size())).str());
    found.push_back(op);
  });
  if (number >= 0)
    found[number]->erase();
  return places;
}

std::vector<std::string> doubleSync(ModuleOp staged, int number) {
  std::vector<Operation *> found;
  std::vector<std::string> places;
  staged.walk([&](tile::BarrierOp op) {
    places.push_back("twice barrier " + std::to_string(found.size()));
    found.push_back(op);
  });
  if (number >= 0) {
    OpBuilder builder(found[number]);
    builder.clone(*found[number]);
  }
  return places;
}

/// A copy of the view, for this one access, that is longer along an axis.
static void widenView(Operation *access, OpOperand &view, unsigned axis, int64_t by) {
  auto old = view.get().getDefiningOp<tile::ViewOp>();
  OpBuilder builder(old);
  Value size = old.getSizes()[axis];
  Value step = arith::ConstantIndexOp::create(builder, old.getLoc(), by);
  Value more = arith::AddIOp::create(builder, old.getLoc(), size, step);
  auto wide = cast<tile::ViewOp>(builder.clone(*old));
  wide.getSizesMutable()[axis].set(more);
  view.set(wide);
}

/// The same with places before the view's first ones, at the index that was.
static void widenFront(OpOperand &view, OpOperand &index, unsigned axis, int64_t by) {
  auto old = view.get().getDefiningOp<tile::ViewOp>();
  OpBuilder builder(old);
  Location loc = old.getLoc();
  Value step = arith::ConstantIndexOp::create(builder, loc, by);
  Value before = arith::MulIOp::create(builder, loc, old.getStrides()[axis], step);
  Value offset = arith::SubIOp::create(builder, loc, old.getOffset(), before);
  Value size = arith::AddIOp::create(builder, loc, old.getSizes()[axis], step);
  auto wide = cast<tile::ViewOp>(builder.clone(*old));
  wide.getOffsetMutable().set(offset);
  wide.getSizesMutable()[axis].set(size);
  view.set(wide);
  builder.setInsertionPoint(index.getOwner());
  index.set(arith::AddIOp::create(builder, loc, index.get(), step));
}

/// The buffer at the same place with more rows or columns, no more than a row has room for, for
/// this one access.
static void widenBuffer(tile::ReadOp read, int64_t rows, int64_t columns) {
  auto old = read.getBuffer().getDefiningOp<tile::BufferOp>();
  tile::BufferType type = old.getType();
  OpBuilder builder(old);
  auto wide = tile::BufferType::get(builder.getContext(), type.getRows() + rows,
                                    std::min(type.getColumns() + columns, type.getStride()),
                                    type.getElement(), type.getStride(), type.getSwizzled());
  read.getBufferMutable().set(tile::BufferOp::create(builder, old.getLoc(), wide, old.getOffset()));
}

static std::vector<std::string> widenBoundBy(ModuleOp staged, int number, int64_t by) {
  std::vector<std::string> places, fronts;
  std::vector<std::function<void()>> damages, frontDamages;
  auto name = [](StringRef kind, size_t number, Operation *op, const Twine &what) {
    return (kind + " " + Twine(number) + ", " + what + " of a " + op->getName().stripDialect() +
            getPlace(op))
        .str();
  };
  auto add = [&](Operation *op, const Twine &what, std::function<void()> damage) {
    places.push_back(name("bound", damages.size(), op, what));
    damages.push_back(std::move(damage));
  };
  auto addView = [&](Operation *op, OpOperand &view, MutableOperandRange indices) {
    auto sizes = view.get().getDefiningOp<tile::ViewOp>().getSizes();
    for (unsigned axis = 0; axis < sizes.size(); ++axis) {
      StringRef what = axis + 1 < sizes.size() ? "rows" : "columns";
      add(op, what, [op, &view, axis, by] { widenView(op, view, axis, by); });
      OpOperand &index = indices[axis];
      // Loads and stores find both ends by one comparison.
      if (!isa<tile::CopyOp>(op) || compiler::isNeverBefore(index.get()))
        continue;
      fronts.push_back(name("front", fronts.size(), op, what));
      frontDamages.push_back([&view, &index, axis, by] { widenFront(view, index, axis, by); });
    }
  };
  staged.walk([&](Operation *op) {
    if (auto load = dyn_cast<tile::LoadOp>(op))
      addView(op, load.getViewMutable(), load.getIndicesMutable());
    else if (auto store = dyn_cast<tile::StoreOp>(op))
      addView(op, store.getViewMutable(), store.getIndicesMutable());
    else if (auto copy = dyn_cast<tile::CopyOp>(op))
      addView(op, copy.getViewMutable(), copy.getIndicesMutable());
    else if (auto read = dyn_cast<tile::ReadOp>(op);
             read && read.getBuffer().getDefiningOp<tile::BufferOp>() &&
             !read.getBuffer().getType().getSwizzled()) { // behind its matrix that holds zeros
      add(op, "rows", [read, by] { widenBuffer(read, by, 0); });
      if (read.getBuffer().getType().getStride() > read.getBuffer().getType().getColumns())
        add(op, "columns", [read, by] { widenBuffer(read, 0, by); });
    }
  });
  llvm::append_range(places, fronts);
  llvm::append_range(damages, frontDamages);
  if (number >= 0)
    damages[number]();
  return places;
}

std::vector<std::string> widenBound(ModuleOp staged, int number) {
  return widenBoundBy(staged, number, 1);
}

template <int64_t by> static std::vector<std::string> widenFurther(ModuleOp staged, int number) {
  return widenBoundBy(staged, number, by);
}

ArrayRef<Mutation *> getWiderBounds() {
  static Mutation *const wider[] = {widenFurther<2>, widenFurther<4>, widenFurther<8>,
                                    widenFurther<16>, widenFurther<32>};
  return wider;
}

std::vector<std::string> dropBound(ModuleOp staged, int number) {
  return widenBoundBy(staged, number, int64_t(1) << 30);
}

} // namespace weft::check
