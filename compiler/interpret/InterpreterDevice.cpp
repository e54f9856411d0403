// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The device "interpreter" as a plug-in of the runtime (abi/Device.h): its code is IR text, its
// functions are called as a whole and computed in f64. Options: "round=1" rounds the result of
// every op to its element type; "finite=1" fails at the op that first leaves the finite numbers.
#include "compiler/ReadSource.h"
#include "compiler/interpret/CheckFinite.h"
#include "compiler/interpret/TensorBytes.h"
#include "compiler/interpret/WeftInterpreter.h"
#include "dialects/weft/WeftDialect.h"
#include "weft/abi/Artifact.h"
#include "weft/abi/Device.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"

#include <cstdlib>
#include <cstring>

using namespace mlir;
using weft::compiler::TensorValue;

/// The exit-code classes of docs/spec/cli.md that this device uses.
enum Status { Ok = 0, ModelError = 1, CorruptInput = 3, DeviceError = 4, OutOfMemory = 5 };

struct WeftDevice {
  explicit WeftDevice(StringRef text) : context(MLIRContext::Threading::DISABLED) {
    context.loadDialect<arith::ArithDialect, func::FuncDialect, weft::ir::WeftDialect>();
    options.roundEveryOp = text.contains("round=1");
    options.stopAtNonFinite = text.contains("finite=1");
  }

  int fail(Status status, const llvm::Twine &text) {
    error = text.str();
    return status;
  }

  MLIRContext context;
  weft::compiler::InterpretOptions options;
  std::string error;
};

struct WeftProgram {
  OwningOpRef<ModuleOp> module;
};

namespace {

/// "Model.h:12 (layer0)": where the user wrote it, and the scope it belongs to; as MLIR prints it
/// where there is no file.
std::string describe(Location location) {
  std::string file, scope;
  location->walk([&](Location part) {
    if (auto place = dyn_cast<FileLineColLoc>(part))
      file = (place.getFilename().getValue() + ":" + llvm::Twine(place.getLine())).str();
    else if (auto name = dyn_cast<NameLoc>(part); name && scope.empty())
      scope = " (" + name.getName().str() + ")";
    return file.empty() ? WalkResult::advance() : WalkResult::interrupt();
  });
  if (!file.empty())
    return file + scope;
  std::string text;
  llvm::raw_string_ostream(text) << location;
  return text;
}

/// Collects diagnostics as the text of lastError while it lives.
class Collector : public ScopedDiagnosticHandler {
public:
  explicit Collector(MLIRContext &context) : ScopedDiagnosticHandler(&context) {
    setHandler([this](Diagnostic &diagnostic) {
      llvm::raw_string_ostream stream(text);
      stream << (text.empty() ? "" : "; ") << describe(diagnostic.getLocation()) << ": "
             << diagnostic;
      return success();
    });
  }
  std::string text;
};

// memory: that of the host

int allocate(WeftDevice *device, uint64_t bytes, void **memory) {
  constexpr uint64_t alignment = 64;
  uint64_t rounded = (std::max<uint64_t>(bytes, 1) + alignment - 1) / alignment * alignment;
  *memory = rounded < bytes ? nullptr : std::aligned_alloc(alignment, rounded);
  return *memory ? Ok
                 : device->fail(OutOfMemory,
                                "interpreter: cannot allocate " + llvm::Twine(bytes) + " bytes");
}

void release(WeftDevice *, void *memory) { std::free(memory); }

int copyBytes(WeftDevice *, void *destination, const void *source, uint64_t bytes) {
  if (bytes)
    std::memmove(destination, source, bytes);
  return Ok;
}

// programs

/// False when memory ran out; no exception leaves a device.
bool tryWithLargeStack(llvm::function_ref<void()> run) {
  try {
    weft::compiler::runWithLargeStack(run);
    return true;
  } catch (const std::bad_alloc &) {
    return false;
  }
}

int load(WeftDevice *device, const void *code, uint64_t codeBytes, const WeftKernelInfo *, uint64_t,
         WeftProgram **program) {
  Collector collector(device->context);
  StringRef text(static_cast<const char *>(code), codeBytes);
  OwningOpRef<ModuleOp> module;
  bool ran = tryWithLargeStack(
      [&] { module = weft::compiler::readSource(text.rtrim('\0'), &device->context, "graph"); });
  if (!ran)
    return device->fail(OutOfMemory, "interpreter: out of memory while reading the graph");
  if (!module)
    return device->fail(CorruptInput,
                        "interpreter: cannot read the graph: " + llvm::Twine(collector.text));
  *program = new WeftProgram{std::move(module)};
  return Ok;
}

void unload(WeftDevice *, WeftProgram *program) { delete program; }

int launch(WeftDevice *device, WeftProgram *, uint64_t, void *const *, const uint64_t *,
           const int64_t *, int64_t) {
  return device->fail(DeviceError,
                      "interpreter: expects whole functions, got a launch of a kernel");
}

int synchronize(WeftDevice *) { return Ok; }

// calls

/// An argument in the element type of the function; its own dtype may be another.
FailureOr<TensorValue> readArgument(func::FuncOp function, unsigned position,
                                    const WeftTensorView &view) {
  if (weft::compiler::getElementBytes(view.dtype) == 0)
    return function.emitOpError("expects a known dtype of argument ")
           << position << ", got " << view.dtype;
  TensorValue value;
  value.element = weft::ir::getElementOrSelf(function.getArgumentTypes()[position]);
  value.shape.assign(view.dims, view.dims + view.rank);
  if (llvm::any_of(value.shape, [](int64_t size) { return size < 0; }))
    return function.emitOpError("expects sizes of argument ")
           << position << " to be at least 0, got " << weft::compiler::formatSizes(value.shape);
  value.elements = weft::compiler::readElements(view.dtype, view.data,
                                                weft::compiler::countElements(value.shape));
  return value;
}

LogicalResult writeResult(func::FuncOp function, unsigned position, const TensorValue &value,
                          WeftTensorView &view) {
  uint64_t bytes = weft::compiler::getElementBytes(view.dtype) * value.getCount();
  if (weft::compiler::getElementBytes(view.dtype) == 0)
    return function.emitOpError("expects a known dtype of result ")
           << position << ", got " << view.dtype;
  if (view.rank != static_cast<uint64_t>(value.getRank()) || view.capacity < bytes)
    return function.emitOpError("expects room for result ")
           << position << " of shape " << weft::compiler::formatSizes(value.shape) << " and "
           << bytes << " bytes, got rank " << view.rank << " and " << view.capacity << " bytes";
  llvm::copy(value.shape, view.dims);
  weft::compiler::writeElements(view.dtype, value.elements, view.data);
  return success();
}

LogicalResult callFunction(WeftDevice &device, func::FuncOp function,
                           ArrayRef<WeftTensorView> arguments,
                           MutableArrayRef<WeftTensorView> results) {
  if (arguments.size() != function.getNumArguments() || results.size() != function.getNumResults())
    return function.emitOpError("expects ")
           << function.getNumArguments() << " arguments and " << function.getNumResults()
           << " results, got " << arguments.size() << " and " << results.size();
  SmallVector<TensorValue> values;
  for (auto [position, argument] : llvm::enumerate(arguments)) {
    FailureOr<TensorValue> value = readArgument(function, position, argument);
    if (failed(value))
      return failure();
    values.push_back(std::move(*value));
  }
  if (device.options.stopAtNonFinite && failed(weft::compiler::checkFinite(function, values)))
    return failure();
  auto computed = weft::compiler::WeftInterpreter::run(function, values, device.options);
  if (failed(computed))
    return failure();
  for (auto [position, value] : llvm::enumerate(*computed))
    if (failed(writeResult(function, position, value, results[position])))
      return failure();
  return success();
}

int call(WeftDevice *device, WeftProgram *program, const char *name,
         const WeftTensorView *arguments, uint64_t argumentCount, WeftTensorView *results,
         uint64_t resultCount) {
  auto function = program->module->lookupSymbol<func::FuncOp>(name);
  if (!function)
    return device->fail(ModelError,
                        "interpreter: the graph has no function '" + llvm::Twine(name) + "'");
  Collector collector(device->context);
  LogicalResult result = failure();
  bool ran = tryWithLargeStack([&] {
    result = callFunction(*device, function, {arguments, argumentCount}, {results, resultCount});
  });
  if (!ran)
    return device->fail(OutOfMemory, "interpreter: out of memory in '" + llvm::Twine(name) + "'");
  if (failed(result))
    return device->fail(ModelError, "interpreter: " + llvm::Twine(collector.text));
  return Ok;
}

const char *lastError(WeftDevice *device) { return device->error.c_str(); }

void close(WeftDevice *device) { delete device; }

constexpr uint32_t codeTypes[] = {WEFT_SECTION_IR_TEXT, 0};

constexpr WeftDeviceApi api = {
    .version = WEFT_DEVICE_VERSION,
    .name = "interpreter",
    .codeTypes = codeTypes,
    .rate = nullptr,
    .target = nullptr,
    .hasOwnMemory = 0,
    .allocate = allocate,
    .release = release,
    .countMemory = nullptr,
    .toDevice = copyBytes,
    .toHost = copyBytes,
    .copy = copyBytes,
    .load = load,
    .unload = unload,
    .launch = launch,
    .spread = nullptr,
    .synchronize = synchronize,
    .words = nullptr,
    .graphs = nullptr,
    .clock = nullptr,
    .call = call,
    .lastError = lastError,
    .finish = nullptr,
    .close = close,
};

} // namespace

extern "C" int weftDeviceOpen(const char *options, const WeftDeviceApi **deviceApi,
                              WeftDevice **device) {
  *deviceApi = &api;
  *device = new WeftDevice(options ? options : "");
  return Ok;
}
