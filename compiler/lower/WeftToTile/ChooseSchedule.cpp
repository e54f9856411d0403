// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/lower/WeftToTile/WeftToTile.h"

using namespace mlir;

namespace weft::compiler {

#define GEN_PASS_DEF_CHOOSESCHEDULEPASS
#include "compiler/lower/WeftToTile/Passes.h.inc"

namespace {

struct Row {
  StringRef target, op;
  int64_t rows, cols, depth;
  int64_t reach = 0; ///< of attention: the row is for as many distances and more
  int64_t unit = 1;  ///< of a product
  /// Of attention whose heads have reaches of their own: the farthest first. Where tasks are dealt
  /// out, not picked up.
  bool farFirst = false;
  /// Of attention backwards: the row is for fewer heads in all batch entries than this, and means
  /// kernels of their own for queries, keys and distances.
  std::optional<int64_t> apartBelow = {};
  std::optional<int64_t> features = {}; ///< of attention: the row is for as many and fewer
  /// Of a product: tiles of this many rows, or of twice as many, are warp groups'; other products
  /// have the sizes of the next row for them.
  int64_t groupRows = 0;
};

/// Four tasks for each of 108 processors, as many as an A100 has.
constexpr int64_t fullGpu = 4 * 108;
/// Of a card of sm_90a.
constexpr int64_t groupProcessors = 132;

/// The first row of an op wins: those of a target before "cpu", which has what the target leaves
/// out. What sm_90a leaves out sm_80 has first. Two warp groups of it multiply 128 rows by up to
/// 256 columns, which is as much as their registers hold, and stages of 64 along the sums are lines
/// of 128 bytes, of which four fit into shared memory. On a CPU the sizes keep one task's tiles
/// inside the first cache and their columns whole vectors; on a GPU the 128 threads of a task hold
/// them in registers and shared memory. `depth` is the contracted chunk of a product, the tiles of
/// a map task, the least number of elements that a reduction splits. A product's are for elements
/// of four bytes: the packed panel of depth x cols lies in the second cache, beside the rows x
/// depth that are read where they lie; factors of f16 are widened, and both lie there. A left
/// factor down its columns is copied, once for more columns. A product of 16 bits has 64 sums in
/// each thread of a GPU, and four stages of its factors in 48 KiB. Wider tiles of attention on a
/// GPU spill registers, and leave room for one block on a multiprocessor. Attention backwards in
/// one kernel has a task for each head: where these do not fill a GPU, computing tiles two or three
/// times, in many more tasks, is faster. A CPU has fewer threads than a batch has heads, and every
/// tile computed again would take its time. The sums that such tasks carry are as long as a tile's
/// columns, or its rows and columns, times the features: with more rows, more features or factors
/// of 16 bits, which lie in registers too, spill some.
constexpr Row table[] = {
    {"sm_90a", "dot of 16 bits", 128, 256, 64, 0, 16, false, {}, {}, 64},
    {"sm_80", "dot of 16 bits", 128, 64, 32, 0, 16},
    {"sm_80", "dot", 64, 64, 32, 0, 16},
    {"sm_80", "sum", 4, 128, 32768},
    {"sm_80", "max", 4, 128, 32768},
    {"sm_80", "softmax", 4, 128, 1},
    {"sm_80", "log_softmax", 4, 128, 1},
    {"sm_80", "layer_norm", 4, 128, 1},
    {"sm_80", "rms_norm", 4, 128, 1},
    {"sm_80", "cross_entropy", 4, 128, 1},
    {"sm_80", "span_attention", 64, 32, 1, 0, 1, true},
    {"sm_80", "span_attention_grad of 16 bits", 16, 32, 1, 0, 1, true, fullGpu},
    {"sm_80", "span_attention_grad", 32, 32, 1, 0, 1, true, fullGpu, 64},
    {"sm_80", "span_attention_grad", 16, 32, 1, 0, 1, true, fullGpu},
    {"sm_80", "span_attention_grad", 32, 16, 1, 0, 1, true},
    {"sm_80", "feedback_attention", 1, 32, 1},
    {"sm_80", "feedback_attention_grad", 1, 32, 1},
    {"sm_80", "block_sparse_attention", 64, 32, 1},
    {"sm_80", "block_sparse_attention_grad of 16 bits", 16, 32, 1, 0, 1, false, fullGpu},
    {"sm_80", "block_sparse_attention_grad", 32, 32, 1, 0, 1, false, fullGpu, 64},
    {"sm_80", "block_sparse_attention_grad", 16, 32, 1, 0, 1, false, fullGpu},
    {"sm_80", "block_sparse_attention_grad", 32, 16, 1},
    {"cpu", "dot of f16", 64, 64, 256},
    {"cpu:amx", "dot down columns", 256, 128, 128},
    {"cpu", "dot down columns", 256, 128, 64},
    {"cpu", "dot", 256, 64, 512},
    {"cpu", "sum", 8, 64, 32768},
    {"cpu", "max", 8, 64, 32768},
    {"cpu", "softmax", 8, 64, 1},
    {"cpu", "log_softmax", 8, 64, 1},
    {"cpu", "cumsum", 64, 1, 1},
    {"cpu", "top_k", 64, 1, 1},
    {"cpu", "layer_norm", 8, 64, 1},
    {"cpu", "rms_norm", 8, 64, 1},
    {"cpu", "cross_entropy", 8, 64, 1},
    {"cpu", "embedding", 16, 64, 1},
    {"cpu", "embedding_grad", 1, 32, 1},
    {"cpu", "gather", 16, 64, 1},
    {"cpu", "scatter_add", 1, 32, 1},
    {"cpu", "span_attention", 32, 96, 1, 512},
    {"cpu", "span_attention", 32, 32, 1},
    {"cpu", "span_attention_grad", 32, 96, 1, 512},
    {"cpu", "span_attention_grad", 32, 32, 1},
    {"cpu", "feedback_attention", 1, 64, 1},
    {"cpu", "feedback_attention_grad", 1, 64, 1},
    {"cpu", "block_sparse_attention", 32, 64, 1, 1},
    {"cpu", "block_sparse_attention", 32, 32, 1},
    {"cpu", "block_sparse_attention_grad", 32, 64, 1, 1},
    {"cpu", "block_sparse_attention_grad", 32, 32, 1},
    {"sm_80", "*", 1, 1024, 1},
    {"cpu", "*", 1, 256, 16},
};

struct ChooseSchedulePass : impl::ChooseSchedulePassBase<ChooseSchedulePass> {
  using Base::Base;

  void runOnOperation() override {
    StringRef name = target;
    if (name != "cpu" && !name.starts_with("cpu:") &&
        llvm::none_of(table, [&](const Row &row) { return row.target == name; })) {
      getOperation().emitError(
          "expects a target with a schedule table (cpu, cpu:<features>, sm_80 or sm_90a), got '")
          << name << "'";
      return signalPassFailure();
    }
    getOperation().walk([&](Operation *op) {
      if (isa_and_nonnull<ir::WeftDialect>(op->getDialect()) && !isInScoreRegion(op))
        choose(op);
    });
  }

  /// Scalars of a score region are part of their attention op's kernel.
  static bool isInScoreRegion(Operation *op) {
    return isa<ir::AttentionOpInterface>(op->getParentOp());
  }

  static int64_t getWords(Operation *op) {
    Type element = getElementTypeOrSelf(op->getResult(0).getType());
    return std::max<int64_t>(element.getIntOrFloatBitWidth() / 32, 1);
  }

  /// Whether the row is for this kind of op, and for factors like its.
  static bool isOf(StringRef row, Operation *op) {
    StringRef kind = op->getName().stripDialect();
    if (row == kind || row == "*")
      return true;
    if (!row.consume_front(kind) || op->getNumOperands() == 0)
      return false;
    if (auto dot = dyn_cast<ir::DotOp>(op); dot && row == " down columns")
      return !llvm::is_contained(dot.getLhsContract(), dot.getLhs().getType().getRank() - 1);
    Type factor = getElementTypeOrSelf(op->getOperand(0).getType());
    return (row == " of f16" && factor.isF16()) ||
           (row == " of 16 bits" && isa<BFloat16Type, Float16Type>(factor));
  }

  /// Whether a score region keeps few values until its gradient: sums, multiples and the clamp of a
  /// soft span. Others could take more tiles than a kernel may (x86.C4).
  static bool keepsFewValues(Region &region) {
    int64_t all = 0, clamps = 0;
    for (Operation &op : region.front().without_terminator()) {
      if (isa<ir::ConstantOp>(op))
        continue;
      auto isConstant = [](Value operand) {
        return operand.getDefiningOp<ir::ConstantOp>() != nullptr;
      };
      bool isMultiple = (isa<ir::MulOp>(op) && llvm::any_of(op.getOperands(), isConstant)) ||
                        (isa<ir::DivOp>(op) && isConstant(op.getOperand(1)));
      if (!isMultiple && !isa<ir::AddOp, ir::SubOp, ir::NegOp, ir::ClampOp>(op))
        return false;
      ++all;
      clamps += isa<ir::ClampOp>(op);
    }
    return all <= 8 && clamps <= 1;
  }

  /// Wide tiles of keys pay for far reaches only, whose ends they do not overshoot by much, and
  /// while a few of them fit into the caches.
  static bool isWideEnough(Operation *op, const Row &row) {
    auto attention = dyn_cast<ir::AttentionOpInterface>(op);
    if (!attention || row.reach == 0)
      return true;
    auto fits = [](Value values) {
      auto type = cast<RankedTensorType>(values.getType());
      return type.getElementTypeBitWidth() <= 32 && ir::getDimSize(type, 3).getMaximum() <= 64;
    };
    int64_t distances = attention.getReachMaximum().getMaximum() - attention.getReachMinimum() + 1;
    int64_t keys = ir::getDimSize(cast<RankedTensorType>(attention.getAttentionKeys().getType()), 2)
                       .getMaximum();
    auto isOneNumber = [](ir::CaptureKind kind) {
      return kind == ir::CaptureKind::scalar || kind == ir::CaptureKind::per_head;
    };
    SmallVector<ir::CaptureKind> kinds = attention.getAttentionCaptureKinds();
    if (kinds.size() > 1 || !llvm::all_of(kinds, isOneNumber) ||
        !keepsFewValues(attention.getScoreRegion()) ||
        !llvm::all_of(attention.getSourceRegions(), keepsFewValues))
      return false;
    return std::min(distances, keys) >= row.reach && fits(attention.getAttentionKeys()) &&
           fits(attention.getAttentionValues());
  }

  /// Heads count in all batch entries, at the bound of the batch.
  static bool isSmallEnough(Operation *op, const Row &row) {
    auto attention = dyn_cast<ir::AttentionOpInterface>(op);
    if (!attention)
      return true;
    auto getMost = [](Value operand, int64_t axis) {
      return ir::getDimSize(cast<RankedTensorType>(operand.getType()), axis).getMaximum();
    };
    Value query = attention.getAttentionQuery();
    int64_t features = std::max(getMost(query, 3), getMost(attention.getAttentionValues(), 3));
    return (!row.apartBelow || getMost(query, 0) * getMost(query, 1) < *row.apartBelow) &&
           (!row.features || features <= *row.features);
  }

  bool isOfTarget(const Row &row) {
    return row.target == target.getValue() || row.target == "cpu" ||
           (row.target == "sm_80" && target == "sm_90a");
  }

  /// Of attention that did not fit before (FitSchedules.cpp): the longer side of its tiles halved,
  /// so often, down to the least that tensor cores multiply.
  static std::pair<int64_t, int64_t> getSmallerTile(Operation *op, const Row &row) {
    constexpr int64_t least = 8;
    int64_t rows = row.rows, cols = row.cols;
    auto times = op->getAttrOfType<IntegerAttr>(smallerTilesAttrName);
    for (int64_t i = 0; times && i < times.getInt(); ++i) {
      int64_t &longer = rows >= cols ? rows : cols;
      longer = std::max(longer / 2, least);
    }
    return {rows, cols};
  }

  void choose(Operation *op) {
    StringRef kind = op->getName().stripDialect();
    if (op->getNumResults() == 0 || isa<ir::ConstantOp, ir::ScanOp>(op) || op->hasAttr("schedule"))
      return;
    bool isDot = kind == "dot";
    for (const Row &row : table) {
      if (!isOfTarget(row) || !isOf(row.op, op) || !isWideEnough(op, row) ||
          !isSmallEnough(op, row))
        continue;
      int64_t words = isDot ? getWords(op) : 1;
      auto [rows, cols] = getSmallerTile(op, row);
      Builder builder(op->getContext());
      auto number = [&](StringRef name, int64_t value) {
        return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
      };
      SmallVector<NamedAttribute> schedule = {number("rows", rows / words), number("cols", cols),
                                              number("depth", row.depth / words)};
      auto attention = dyn_cast<ir::AttentionOpInterface>(op);
      if (row.farFirst && attention && attention.getReachOfHeads())
        schedule.push_back(builder.getNamedAttr("far_first", builder.getUnitAttr()));
      if (row.unit > 1)
        schedule.push_back(number("unit", row.unit));
      if (row.groupRows > 0) {
        schedule.push_back(number("group_rows", row.groupRows));
        schedule.push_back(number("processors", groupProcessors));
        const Row *other = &row + 1;
        while (!isOfTarget(*other) || !isOf(other->op, op))
          ++other;
        schedule.push_back(builder.getNamedAttr(
            "otherwise", builder.getDenseI64ArrayAttr({other->rows, other->cols, other->depth})));
      }
      if (row.apartBelow)
        schedule.push_back(builder.getNamedAttr("apart", builder.getUnitAttr()));
      op->setAttr("schedule", builder.getDictionaryAttr(schedule));
      return;
    }
  }
};

} // namespace

} // namespace weft::compiler
