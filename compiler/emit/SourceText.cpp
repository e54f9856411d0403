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

constexpr llvm::StringLiteral sourceAttrName = "weft.source";

void stripFolders(Operation *op) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](FileLineColRange loc) -> std::optional<Attribute> {
    auto name = StringAttr::get(loc.getContext(), llvm::sys::path::filename(loc.getFilename()));
    return FileLineColLoc::get(name, loc.getStartLine(), loc.getStartColumn());
  });
  replacer.recursivelyReplaceElementsIn(op, /*replaceAttrs=*/false, /*replaceLocs=*/true);
}

/// Written by hand: the one pass of its library, without options.
struct KeepSource : PassWrapper<KeepSource, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(KeepSource)

  StringRef getArgument() const override { return "weft-keep-source"; }
  StringRef getDescription() const override {
    return "keeps the module's text in its attribute weft.source, for the artifact";
  }
  void runOnOperation() override {
    ModuleOp module = getOperation();
    module->removeAttr(sourceAttrName);
    OwningOpRef<ModuleOp> clone = module.clone();
    stripFolders(*clone);
    std::string text;
    llvm::raw_string_ostream os(text);
    clone->print(os, OpPrintingFlags().enableDebugInfo());
    std::string bytes = compress(text);
    auto type = RankedTensorType::get(int64_t(bytes.size()),
                                      IntegerType::get(&getContext(), 8, IntegerType::Unsigned));
    module->setAttr(sourceAttrName, DenseUI8ResourceElementsAttr::get(
                                        type, sourceAttrName,
                                        HeapAsmResourceBlob::allocateAndCopyWithAlign(
                                            ArrayRef<char>(bytes.data(), bytes.size()), 8)));
    markAllAnalysesPreserved();
  }
};

} // namespace

std::unique_ptr<Pass> createKeepSourcePass() { return std::make_unique<KeepSource>(); }
void registerKeepSourcePass() { PassRegistration<KeepSource>(); }

std::string compress(StringRef bytes) {
  std::string compressed(ZSTD_compressBound(bytes.size()), '\0');
  size_t size = ZSTD_compress(compressed.data(), compressed.size(), bytes.data(), bytes.size(),
                              ZSTD_CLEVEL_DEFAULT);
  // The only possible failure is a destination below ZSTD_compressBound.
  compressed.resize(ZSTD_isError(size) ? 0 : size);
  return compressed;
}

SourceText getSourceText(ModuleOp module) {
  SourceText text;
  auto kept = module->getAttrOfType<DenseResourceElementsAttr>(sourceAttrName);
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
