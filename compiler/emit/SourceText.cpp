// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/emit/SourceText.h"

#include <zstd.h>

#include "mlir/IR/AsmState.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace weft::compiler {

namespace {

/// What a graph was to be compiled with, inside its kept text: {gradients, train, optimizer}, and
/// precision where factors are rounded.
constexpr llvm::StringLiteral compileAttrName = "weft.compile";

/// The attribute that keeps the text of a phase.
StringRef getAttrName(Phase phase) { return phase == Phase::Graph ? "weft.graph" : "weft.source"; }

void stripFolders(Operation *op) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](FileLineColRange loc) -> std::optional<Attribute> {
    auto name = StringAttr::get(loc.getContext(), llvm::sys::path::filename(loc.getFilename()));
    return FileLineColLoc::get(name, loc.getStartLine(), loc.getStartColumn());
  });
  replacer.recursivelyReplaceElementsIn(op, /*replaceAttrs=*/false, /*replaceLocs=*/true);
}

/// Written by hand: the one pass of its library, without options on the command line.
struct KeepSource : PassWrapper<KeepSource, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(KeepSource)

  KeepSource() = default;
  KeepSource(Phase phase, const Options &options) : phase(phase), options(options) {}

  StringRef getArgument() const override { return "weft-keep-source"; }
  StringRef getDescription() const override {
    return "keeps the module's text in an attribute, for the artifact: weft.graph as traced, "
           "weft.source with gradients";
  }
  void runOnOperation() override {
    ModuleOp module = getOperation();
    OwningOpRef<ModuleOp> clone = module.clone();
    for (Phase kept : {Phase::Graph, Phase::Differentiated})
      (*clone)->removeAttr(getAttrName(kept));
    stripFolders(*clone);
    if (phase == Phase::Graph)
      (*clone)->setAttr(compileAttrName, describeOptions());
    std::string text;
    llvm::raw_string_ostream os(text);
    clone->print(os, OpPrintingFlags().enableDebugInfo());
    std::string bytes = compress(text);
    auto type = RankedTensorType::get(int64_t(bytes.size()),
                                      IntegerType::get(&getContext(), 8, IntegerType::Unsigned));
    StringRef name = getAttrName(phase);
    module->setAttr(name, DenseUI8ResourceElementsAttr::get(
                              type, name,
                              HeapAsmResourceBlob::allocateAndCopyWithAlign(
                                  ArrayRef<char>(bytes.data(), bytes.size()), 8)));
    markAllAnalysesPreserved();
  }

  DictionaryAttr describeOptions() {
    Builder b(&getContext());
    SmallVector<StringRef> gradients(options.gradients.begin(), options.gradients.end());
    SmallVector<NamedAttribute> kept = {
        b.getNamedAttr("gradients", b.getStrArrayAttr(gradients)),
        b.getNamedAttr("optimizer", b.getStringAttr(options.optimizer)),
        b.getNamedAttr("train", b.getStringAttr(options.train))};
    if (options.average)
      kept.push_back(b.getNamedAttr("average", b.getBoolAttr(true)));
    if (options.epsilonHat)
      kept.push_back(b.getNamedAttr("epsilonHat", b.getBoolAttr(true)));
    if (options.precision != "f32")
      kept.push_back(b.getNamedAttr("precision", b.getStringAttr(options.precision)));
    return b.getDictionaryAttr(kept);
  }

  Phase phase = Phase::Differentiated;
  Options options;
};

} // namespace

std::unique_ptr<Pass> createKeepSourcePass(Phase phase, const Options &options) {
  return std::make_unique<KeepSource>(phase, options);
}
void registerKeepSourcePass() { PassRegistration<KeepSource>(); }

std::string compress(StringRef bytes) {
  std::string compressed(ZSTD_compressBound(bytes.size()), '\0');
  size_t size = ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(),
                              ZSTD_CLEVEL_DEFAULT);
  // The only possible failure is a destination below ZSTD_compressBound.
  compressed.resize(ZSTD_isError(size) ? 0 : size);
  return compressed;
}

void takeKeptOptions(ModuleOp module, Options &options) {
  auto kept = module->getAttrOfType<DictionaryAttr>(compileAttrName);
  module->removeAttr(compileAttrName);
  if (!kept || !options.gradients.empty() || !options.train.empty())
    return;
  // What is compiled again in f64 is to be exact.
  if (auto precision = kept.getAs<StringAttr>("precision"); precision && options.dtype != "f64")
    options.precision = precision.str();
  if (auto gradients = kept.getAs<ArrayAttr>("gradients"))
    for (auto name : gradients.getAsRange<StringAttr>())
      options.gradients.push_back(name.str());
  if (auto train = kept.getAs<StringAttr>("train"))
    options.train = train.str();
  options.average |= kept.contains("average");
  options.epsilonHat |= kept.contains("epsilonHat");
  auto optimizer = kept.getAs<StringAttr>("optimizer");
  if (optimizer && options.optimizer.empty())
    options.optimizer = optimizer.str();
}

SourceText getSourceText(ModuleOp module, Phase phase) {
  SourceText text;
  auto kept = module->getAttrOfType<DenseResourceElementsAttr>(getAttrName(phase));
  AsmResourceBlob *blob = kept ? kept.getRawHandle().getBlob() : nullptr;
  if (!blob)
    return text;
  unsigned long long size =
      ZSTD_getFrameContentSize(blob->getData().data(), blob->getData().size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
    return text;
  text.compressed.assign(blob->getData().data(), blob->getData().size());
  text.rawLength = size;
  return text;
}

} // namespace weft::compiler
