// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/checkpoint/SafetensorsPieces.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "runtime/base/File.h"
#include "runtime/base/Format.h"
#include "runtime/base/Json.h"

namespace weft {
namespace {

constexpr uint64_t maxHeader = 100'000'000;
constexpr size_t dataAlignment = 64;
constexpr const char *metadataKey = "__metadata__";

struct TypeName {
  const char *name;
  DType dtype;
};
constexpr std::array<TypeName, 6> typeNames = {{{"F32", DType::F32},
                                                {"F64", DType::F64},
                                                {"BF16", DType::BF16},
                                                {"F16", DType::F16},
                                                {"I32", DType::I32},
                                                {"BOOL", DType::I1}}};

/// One tensor of the header: its type and its bytes in the data.
struct Entry {
  std::string name;
  DType dtype = DType::F32;
  Shape shape;
  uint64_t begin = 0, end = 0;
};

/// Types of the format that Weft has no tensors of.
constexpr std::array<std::string_view, 11> otherTypes = {
    "I64", "U64", "U32", "I16", "U16", "I8", "U8", "F8_E4M3", "F8_E5M2", "F8_E8M0", "C64"};

std::string getExpectedTypes(const std::string &type) {
  bool isKnown = std::find(otherTypes.begin(), otherTypes.end(), type) != otherTypes.end();
  return std::string("one of F32, F64, BF16, F16, I32, BOOL") +
         (isKnown ? " (convert the tensor before it is saved)" : "");
}

Result<Entry> readEntry(const std::string &name, const Json &value) {
  JsonReader reader(value, name);
  Entry entry;
  entry.name = name;
  std::string type = reader.readString("dtype");
  auto found = std::find_if(typeNames.begin(), typeNames.end(),
                            [&](TypeName known) { return known.name == type; });
  if (reader.status() && found == typeNames.end())
    reader.fail("dtype", getExpectedTypes(type), nullptr);
  for (const Json &size : reader.readArray("shape")) {
    if (!size.is_number_unsigned() || size.get<uint64_t>() > uint64_t(maxDimension)) {
      reader.fail("shape", "sizes in [0, 2^40]", nullptr);
      break;
    }
    entry.shape.push_back(size.get<int64_t>());
  }
  const Json &offsets = reader.readArray("data_offsets");
  bool isPair =
      offsets.size() == 2 && offsets[0].is_number_unsigned() && offsets[1].is_number_unsigned();
  if (reader.status() && !isPair)
    reader.fail("data_offsets", "two offsets", nullptr);
  if (!reader.status())
    return reader.status();
  entry.dtype = found->dtype;
  entry.begin = offsets[0].get<uint64_t>();
  entry.end = offsets[1].get<uint64_t>();
  Result<int64_t> bytes = countBytes(entry.dtype, entry.shape);
  if (!bytes)
    return fileError("`{}` {}", name, bytes.status().message());
  if (entry.begin > entry.end || entry.end - entry.begin != uint64_t(*bytes))
    return fileError("`{}` expects {} bytes for {}, got [{}, {})", name, *bytes,
                     formatType(entry.dtype, entry.shape), entry.begin, entry.end);
  return entry;
}

Status readMetadata(const Json &value, Metadata &metadata) {
  JsonReader reader(value, metadataKey);
  if (value.is_object())
    for (const auto &item : value.items())
      metadata[item.key()] = reader.readString(item.key().c_str());
  return reader.status();
}

/// The entries in the order of their bytes, which together are the data.
Status sortEntries(std::vector<Entry> &entries, uint64_t dataSize) {
  std::sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  uint64_t end = 0;
  for (const Entry &entry : entries) {
    if (entry.begin != end)
      return fileError("`{}` expects to start at byte {} of the data, got {}: there is {}",
                       entry.name, end, entry.begin, entry.begin < end ? "an overlap" : "a hole");
    end = entry.end;
  }
  if (end != dataSize)
    return fileError("expects {} bytes of data as the header says, got {}", end, dataSize);
  return {};
}

Result<Safetensors> parseFile(std::span<const std::byte> bytes) {
  uint64_t length;
  if (bytes.size() < sizeof length)
    return fileError("expects a header length of 8 bytes at offset 0, got a file of {} bytes",
                     bytes.size());
  std::memcpy(&length, bytes.data(), sizeof length);
  bytes = bytes.subspan(sizeof length);
  if (length > maxHeader || length > bytes.size())
    return fileError("expects a header of at most {} bytes at offset 8, got {}",
                     std::min<uint64_t>(maxHeader, bytes.size()), length);
  std::string_view text(reinterpret_cast<const char *>(bytes.data()), length);
  if (!text.starts_with('{'))
    return fileError("expects '{{' at offset 8");
  Result<JsonTree> header = parseJson(text);
  if (!header)
    return header.status().within("header");
  Safetensors file;
  std::vector<Entry> entries;
  for (const auto &item : header->value.items()) {
    if (item.key() == metadataKey) {
      if (Status status = readMetadata(item.value(), file.metadata); !status)
        return status;
      continue;
    }
    Result<Entry> entry = readEntry(item.key(), item.value());
    if (!entry)
      return entry.status();
    entries.push_back(std::move(*entry));
  }
  std::span<const std::byte> data = bytes.subspan(length);
  if (Status status = sortEntries(entries, data.size()); !status)
    return status;
  for (const Entry &entry : entries) {
    Result<Tensor> tensor = Tensor::allocate(entry.dtype, entry.shape);
    if (!tensor)
      return tensor.status().within(entry.name);
    if (entry.end > entry.begin)
      std::memcpy(tensor->data(), data.data() + entry.begin, entry.end - entry.begin);
    // Every value of a boolean tensor is a byte 0 or 1 (abi/Exec.h).
    if (entry.dtype == DType::I1)
      for (uint64_t at = entry.begin; at < entry.end; ++at)
        if (data[at] > std::byte(1))
          return fileError("`{}` expects booleans to be bytes 0 or 1, got {} at offset {}",
                           entry.name, int(data[at]), sizeof length + length + at);
    file.tensors[entry.name] = *tensor;
  }
  return file;
}

/// Whole lines first, wide elements before narrow ones: every tensor then starts at a multiple of
/// its element.
std::vector<const TensorMap::value_type *> orderTensors(const TensorMap &tensors) {
  std::vector<const TensorMap::value_type *> order;
  for (const TensorMap::value_type &item : tensors)
    order.push_back(&item);
  auto rank = [](const Tensor &tensor) {
    return std::pair(tensor.byteCount() % dataAlignment != 0, -getByteWidth(tensor.dtype()));
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const auto *a, const auto *b) { return rank(a->second) < rank(b->second); });
  return order;
}

std::string formatHeader(std::span<const TensorMap::value_type *const> order,
                         const Metadata &metadata) {
  Json header = Json::object();
  if (!metadata.empty())
    header[metadataKey] = metadata;
  uint64_t offset = 0;
  for (const TensorMap::value_type *item : order) {
    const Tensor &tensor = item->second;
    auto type = std::find_if(typeNames.begin(), typeNames.end(),
                             [&](TypeName known) { return known.dtype == tensor.dtype(); });
    uint64_t end = offset + uint64_t(tensor.byteCount());
    header[item->first] = {
        {"dtype", type->name}, {"shape", tensor.shape()}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  while ((sizeof(uint64_t) + text.size()) % dataAlignment != 0)
    text += ' ';
  return text;
}

} // namespace

Result<std::vector<std::span<const std::byte>>>
layOutSafetensors(const TensorMap &tensors, const Metadata &metadata, std::string &head) {
  std::vector<const TensorMap::value_type *> order = orderTensors(tensors);
  std::string text = formatHeader(order, metadata);
  if (text.size() > maxHeader)
    return makeError(ErrorCode::Usage, "a safetensors header expects at most {} bytes, got {}",
                     maxHeader, text.size());
  uint64_t length = text.size();
  head.assign(reinterpret_cast<const char *>(&length), sizeof length);
  head += text;
  std::vector<std::span<const std::byte>> pieces = {asBytes(head)};
  for (const TensorMap::value_type *item : order) {
    if (Status status = item->second.fetch(); !status)
      return status.within(fmt::format("tensor `{}`", item->first));
    pieces.push_back(item->second.constBytes());
  }
  return pieces;
}

Result<Safetensors> parseSafetensors(std::span<const std::byte> bytes,
                                     const std::string &origin) try {
  Result<Safetensors> file = parseFile(bytes);
  if (!file)
    return file.status().within(origin);
  return file;
} catch (const std::bad_alloc &) {
  return outOfMemory("{}: out of memory while it was read", origin);
}

Result<Safetensors> readSafetensors(const std::string &path) {
  Result<std::vector<std::byte>> bytes = readFile(path);
  if (!bytes)
    return bytes.status();
  return parseSafetensors(*bytes, path);
}

Result<std::vector<std::byte>> formatSafetensors(const TensorMap &tensors,
                                                 const Metadata &metadata) {
  std::string head;
  Result<std::vector<std::span<const std::byte>>> pieces =
      layOutSafetensors(tensors, metadata, head);
  if (!pieces)
    return pieces.status();
  std::vector<std::byte> bytes;
  for (std::span<const std::byte> piece : *pieces)
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

Status writeSafetensors(const std::string &path, const TensorMap &tensors,
                        const Metadata &metadata) {
  std::string head;
  Result<std::vector<std::span<const std::byte>>> pieces =
      layOutSafetensors(tensors, metadata, head);
  return pieces ? replaceFile(path, *pieces) : pieces.status();
}

} // namespace weft
