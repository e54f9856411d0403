// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/artifact/ExecPrinter.h"

#include "runtime/base/Format.h"

namespace weft {
namespace {

std::string formatDim(const WeftExecDim &dim, const Manifest &manifest) {
  if (dim.symbol < 0)
    return std::to_string(dim.offset);
  const std::string &name = manifest.symbols[dim.symbol].name;
  if (dim.offset == 0)
    return name;
  return fmt::format("{} {} {}", name, dim.offset < 0 ? "-" : "+", std::abs(dim.offset));
}

class FunctionPrinter {
public:
  FunctionPrinter(const ExecProgram &program, const Manifest &manifest, size_t index)
      : program(program), manifest(manifest), function(program.functions[index]),
        spec(manifest.functions[index]) {}

  std::string print() {
    text = fmt::format("function {} arena {}\n", spec.name, function.arenaBytes);
    for (uint64_t i = 0; i < function.bufferCount; ++i)
      printBuffer(i);
    for (uint64_t i = 0; i < function.opCount; ++i)
      printOp(program.ops[function.firstOp + i]);
    return text;
  }

private:
  std::string nameOf(uint64_t buffer) const {
    if (buffer < function.argumentCount)
      return "%" + spec.arguments[buffer].key;
    if (buffer < function.argumentCount + function.resultCount)
      return "%" + spec.results[buffer - function.argumentCount].key + "'";
    return fmt::format("%{}", buffer);
  }

  void printBuffer(uint64_t index) {
    const WeftExecBuffer &buffer = program.buffersOf(function)[index];
    std::vector<DimSpec> shape;
    for (const WeftExecDim &dim : program.dimsOf(buffer))
      shape.push_back({dim.symbol, dim.offset});
    std::string place = buffer.kind == WEFT_BUFFER_Argument ? "argument"
                        : buffer.kind == WEFT_BUFFER_Result ? "result"
                        : buffer.kind == WEFT_BUFFER_Arena
                            ? fmt::format("arena at {}", buffer.offset)
                            : fmt::format("constant at {}", buffer.offset);
    bool isResult = buffer.kind == WEFT_BUFFER_Result;
    int64_t taken = isResult ? spec.results[index - function.argumentCount].takes : -1;
    text += fmt::format("  {} = {}, {}, {} bytes at the bounds{}\n", nameOf(index), place,
                        manifest.formatType(DType(buffer.dtype), shape), buffer.boundBytes,
                        taken < 0 ? "" : ", in place of " + nameOf(uint64_t(taken)));
  }

  std::string formatArg(const WeftExecArg &arg) const {
    std::string text = nameOf(arg.buffer);
    if (arg.offset == 0 && arg.loop < 0)
      return text;
    text += fmt::format("[{}", arg.offset);
    if (arg.outerLoop >= 0)
      text += fmt::format(" + {} * i{}", arg.outerStride, arg.outerLoop);
    if (arg.loop >= 0)
      text += fmt::format(" + {} * i{}", arg.loopStride, arg.loop);
    return text + "]";
  }

  void printOp(const WeftExecOp &op) {
    if (op.opcode == WEFT_OP_End)
      --depth;
    text += std::string(2 + 2 * depth, ' ');
    std::vector<std::string> args;
    for (const WeftExecArg &arg : program.argsOf(op))
      args.push_back(formatArg(arg));
    std::vector<std::string> sizes;
    for (const WeftExecDim &size : program.sizesOf(op))
      sizes.push_back(formatDim(size, manifest));
    switch (op.opcode) {
    case WEFT_OP_Launch:
      text += fmt::format("launch {}({}) tasks {}", manifest.kernels[op.a], fmt::join(args, ", "),
                          op.b) +
              (sizes.empty() ? "\n" : fmt::format(" sizes {}\n", fmt::join(sizes, ", ")));
      break;
    case WEFT_OP_Copy:
      text += fmt::format("copy {} to {}", args[1], args[0]) +
              (op.b ? fmt::format(" bytes {}\n", op.b) : "\n");
      break;
    case WEFT_OP_For:
      text += fmt::format("for i{} in {}{} {{\n", depth++, formatDim(program.dims[op.b], manifest),
                          program.ops[op.a].a == 1   ? " reverse"
                          : program.ops[op.a].a == 2 ? " parallel"
                                                     : "");
      break;
    case WEFT_OP_End:
      text += "}\n";
      break;
    case WEFT_OP_SetSize:
      text += fmt::format("set_size {} = {}\n", manifest.symbols[op.a].name, args[0]);
      break;
    }
  }

  const ExecProgram &program;
  const Manifest &manifest;
  const WeftExecFunction &function;
  const FunctionSpec &spec;
  std::string text;
  int depth = 0;
};

} // namespace

std::string printExec(const ExecProgram &program, const Manifest &manifest,
                      const std::string &function) {
  std::string text;
  for (const SymbolSpec &symbol : manifest.symbols)
    text += fmt::format("symbol {} at most {} by {}\n", symbol.name, symbol.bound, symbol.step);
  for (size_t i = 0; i < program.functions.size(); ++i)
    if (function.empty() || manifest.functions[i].name == function)
      text += FunctionPrinter(program, manifest, i).print();
  return text;
}

} // namespace weft
