// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/emit/ExecWriter.h"

#include "compiler/support/Bytes.h"
#include "compiler/support/LaunchSizes.h"
#include "compiler/support/Loops.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace weft::compiler {

FailureOr<int64_t> ExecIndex::findSymbol(Location loc, StringAttr symbol) const {
  if (symbol.empty())
    return -1;
  for (auto [position, size] : llvm::enumerate(symbols))
    if (size.getSymbol() == symbol)
      return int64_t(position);
  return emitError(loc) << "expects size '" << symbol.getValue()
                        << "' to be listed in the module attribute weft.symbols (artifact.C1)";
}

ExecIndex buildExecIndex(ModuleOp module) {
  ExecIndex index;
  if (auto symbols = module->getAttrOfType<ArrayAttr>("weft.symbols"))
    for (ir::SizeAttr size : symbols.getAsRange<ir::SizeAttr>())
      index.symbols.push_back(size);
  llvm::SetVector<StringAttr> kernels;
  for (auto program : module.getOps<exec::ProgramOp>()) {
    index.programs.push_back(program);
    program.walk([&](exec::LaunchOp launch) { kernels.insert(launch.getKernelAttr().getAttr()); });
  }
  index.kernels = kernels.takeVector();
  SymbolTable functions(module);
  for (StringAttr kernel : index.kernels)
    index.kernelSizes.push_back(
        functions.lookup(kernel)->getAttrOfType<DenseI64ArrayAttr>(kernelSizesAttrName));
  return index;
}

WeftDType getDType(Type element) {
  if (element.isF64())
    return WEFT_F64;
  if (element.isBF16())
    return WEFT_BF16;
  if (element.isF16())
    return WEFT_F16;
  if (element.isInteger(32))
    return WEFT_I32;
  return element.isInteger(1) ? WEFT_I1 : WEFT_F32;
}

namespace {

/// Appends one program to the tables.
class ProgramWriter {
public:
  ProgramWriter(const ExecIndex &index, ExecTables &tables) : index(index), tables(tables) {}

  LogicalResult write(exec::ProgramOp program);

private:
  LogicalResult addBuffer(exec::BufferOp op);
  FailureOr<uint64_t> addDim(Location loc, StringAttr symbol, int64_t offset);
  void addArg(Value value);
  LogicalResult addOps(Block &block);
  LogicalResult addOp(Operation *op);
  LogicalResult addLaunch(exec::LaunchOp op);
  LogicalResult addFor(exec::ForOp op);
  WeftExecOp &startOp(WeftOpcode opcode, ValueRange args);

  const ExecIndex &index;
  ExecTables &tables;
  DenseMap<Value, uint64_t> buffers; // position within the function
};

LogicalResult ProgramWriter::write(exec::ProgramOp program) {
  WeftExecFunction function = {};
  function.firstBuffer = tables.buffers.size();
  function.firstOp = tables.ops.size();
  function.arenaBytes = program.getArena();
  Block &body = program.getBody().front();
  for (auto buffer : body.getOps<exec::BufferOp>()) {
    function.argumentCount += buffer.getKind() == exec::BufferKind::argument;
    function.resultCount += buffer.getKind() == exec::BufferKind::result;
    if (failed(addBuffer(buffer)))
      return failure();
  }
  if (failed(addOps(body)))
    return failure();
  function.bufferCount = tables.buffers.size() - function.firstBuffer;
  function.opCount = tables.ops.size() - function.firstOp;
  tables.functions.push_back(function);
  return success();
}

LogicalResult ProgramWriter::addBuffer(exec::BufferOp op) {
  RankedTensorType type = op.getType().getTensor();
  std::optional<int64_t> bytes = getBoundBytes(type);
  if (!bytes)
    return op.emitOpError("expects at most ") << largestBytes << " bytes (artifact.C2)";
  WeftExecBuffer buffer = {};
  buffer.kind = uint64_t(op.getKind());
  buffer.dtype = getDType(type.getElementType());
  buffer.rank = type.getRank();
  buffer.firstDim = tables.dims.size();
  buffer.offset = op.getOffset();
  buffer.boundBytes = *bytes;
  for (ir::SizeAttr size : ir::getDimSizes(type))
    if (failed(addDim(op.getLoc(), size.getSymbol(), size.getOffset())))
      return failure();
  buffers[op.getResult()] = buffers.size();
  tables.buffers.push_back(buffer);
  return success();
}

FailureOr<uint64_t> ProgramWriter::addDim(Location loc, StringAttr symbol, int64_t offset) {
  FailureOr<int64_t> position = index.findSymbol(loc, symbol);
  if (failed(position))
    return failure();
  tables.dims.push_back({*position, offset});
  return tables.dims.size() - 1;
}

void ProgramWriter::addArg(Value value) {
  WeftExecArg arg = {};
  arg.loop = arg.outerLoop = -1;
  auto window = value.getDefiningOp<exec::WindowOp>();
  auto outer = window ? window.getBuffer().getDefiningOp<exec::WindowOp>() : exec::WindowOp();
  value = outer ? outer.getBuffer() : window ? window.getBuffer() : value;
  // A loop over an empty buffer never runs; its windows would lie outside.
  bool isEmpty = getBoundBytes(cast<exec::BufferType>(value.getType()).getTensor()) == 0;
  if (window) {
    arg.loop = window.getDepth();
    arg.loopStride = isEmpty ? 0 : int64_t(window.getStride());
    arg.offset = isEmpty ? 0 : int64_t(window.getOffset());
  }
  if (outer) {
    arg.outerLoop = outer.getDepth();
    arg.outerStride = isEmpty ? 0 : int64_t(outer.getStride());
    arg.offset += isEmpty ? 0 : int64_t(outer.getOffset());
  }
  arg.buffer = buffers.lookup(value);
  tables.args.push_back(arg);
}

WeftExecOp &ProgramWriter::startOp(WeftOpcode opcode, ValueRange args) {
  WeftExecOp record = {};
  record.opcode = opcode;
  record.firstArg = tables.args.size();
  record.argCount = args.size();
  for (Value value : args)
    addArg(value);
  return tables.ops.emplace_back(record);
}

LogicalResult ProgramWriter::addOps(Block &block) {
  for (Operation &op : block)
    if (failed(addOp(&op)))
      return failure();
  return success();
}

LogicalResult ProgramWriter::addOp(Operation *op) {
  return TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](exec::LaunchOp op) { return addLaunch(op); })
      .Case([&](exec::CopyOp op) {
        WeftExecOp &record = startOp(WEFT_OP_Copy, {op.getDestination(), op.getSource()});
        // A window has no record of its own, so its size, which is constant, stands in the op.
        if (op.getDestination().getDefiningOp<exec::WindowOp>())
          record.b = *getBoundBytes(op.getDestination().getType().getTensor());
        return success();
      })
      .Case([&](exec::ForOp op) { return addFor(op); })
      .Case([&](exec::SetSizeOp op) -> LogicalResult {
        FailureOr<int64_t> position = index.findSymbol(op.getLoc(), op.getSymbolAttr());
        if (failed(position))
          return failure();
        startOp(WEFT_OP_SetSize, op.getValue()).a = *position;
        return success();
      })
      .Default(success()); // buffers and windows are part of what uses them
}

LogicalResult ProgramWriter::addLaunch(exec::LaunchOp op) {
  uint64_t firstSize = tables.dims.size();
  if (op.getSizes())
    for (auto size : op.getSizes()->getAsRange<ir::SizeAttr>())
      if (failed(addDim(op.getLoc(), size.getSymbol(), size.getOffset())))
        return failure();
  WeftExecOp &record = startOp(WEFT_OP_Launch, op.getBuffers());
  record.a = llvm::find(index.kernels, op.getKernelAttr().getAttr()) - index.kernels.begin();
  record.b = op.getTasks();
  record.firstSize = firstSize;
  record.sizeCount = tables.dims.size() - firstSize;
  return success();
}

LogicalResult ProgramWriter::addFor(exec::ForOp op) {
  FailureOr<uint64_t> trips = addDim(op.getLoc(), op.getSymbolAttr(), op.getOffset());
  if (failed(trips))
    return failure();
  uint64_t begin = tables.ops.size();
  startOp(WEFT_OP_For, {}).b = *trips;
  if (failed(addOps(op.getBody().front())))
    return failure();
  uint64_t end = tables.ops.size();
  WeftExecOp &last = startOp(WEFT_OP_End, {});
  last.a = op->hasAttr(parallelAttrName) ? 2 : op->hasAttr(reverseAttrName) ? 1 : 0;
  last.b = begin;
  tables.ops[begin].a = end;
  return success();
}

template <typename Record> void append(std::string &bytes, const std::vector<Record> &records) {
  bytes.append(reinterpret_cast<const char *>(records.data()), records.size() * sizeof(Record));
}

/// The elements as they lie in memory: row-major, a truth value in one byte.
LogicalResult appendElements(exec::BufferOp op, std::string &bytes) {
  ElementsAttr value = *op.getValue();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return op.emitOpError("expects the bytes of its constant to be in the file (artifact.C3)");
    bytes.append(blob->getData().data(), blob->getData().size());
    return success();
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return op.emitOpError("expects a dense constant, got ") << value << " (artifact.C3)";
  if (dense.getElementType().isInteger(1)) {
    for (bool element : dense.getValues<bool>())
      bytes.push_back(element);
    return success();
  }
  ArrayRef<char> raw = dense.getRawData();
  int64_t copies = dense.isSplat() ? dense.getNumElements() : 1;
  for (int64_t i = 0; i < copies; ++i)
    bytes.append(raw.data(), raw.size());
  return success();
}

} // namespace

FailureOr<ExecTables> buildExecTables(const ExecIndex &index) {
  ExecTables tables;
  for (ir::SizeAttr size : index.symbols)
    tables.symbols.push_back({size.getBound(), size.getStep()});
  for (DenseI64ArrayAttr sizes : index.kernelSizes) {
    WeftExecKernel kernel = {};
    kernel.firstBound = tables.dims.size();
    kernel.sizeCount = sizes ? sizes.size() : 0;
    for (int64_t i = 0; i < int64_t(kernel.sizeCount); ++i)
      tables.dims.push_back({-1, sizes[i]});
    tables.kernels.push_back(kernel);
  }
  for (exec::ProgramOp program : index.programs) {
    program.walk([&](exec::LaunchOp launch) {
      size_t kernel =
          llvm::find(index.kernels, launch.getKernelAttr().getAttr()) - index.kernels.begin();
      tables.kernels[kernel].argCount = launch.getBuffers().size();
    });
    if (failed(ProgramWriter(index, tables).write(program)))
      return failure();
  }
  return tables;
}

std::string serialize(const ExecTables &tables) {
  WeftExecHeader header = {};
  header.magic = WEFT_EXEC_MAGIC;
#define WEFT_EXEC_RECORD(Name, table, sentence) header.table##Count = tables.table.size();
#include "weft/abi/Exec.def"
  std::string bytes(reinterpret_cast<const char *>(&header), sizeof header);
#define WEFT_EXEC_RECORD(Name, table, sentence) append(bytes, tables.table);
#include "weft/abi/Exec.def"
  return bytes;
}

FailureOr<std::string> buildConstants(const ExecIndex &index) {
  std::string bytes;
  for (exec::ProgramOp program : index.programs)
    for (auto op : program.getBody().front().getOps<exec::BufferOp>()) {
      if (op.getKind() != exec::BufferKind::constant)
        continue;
      std::string elements;
      if (failed(appendElements(op, elements)))
        return failure();
      // Equal constants of several functions share their place, so the bytes may be here already.
      size_t end = op.getOffset() + elements.size();
      if (bytes.size() < end)
        bytes.resize(end);
      bytes.replace(op.getOffset(), elements.size(), elements);
    }
  return bytes;
}

} // namespace weft::compiler
