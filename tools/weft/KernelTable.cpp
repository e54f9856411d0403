// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/weft/KernelTable.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/exec/LaunchWork.h"
#include "tools/weft/Failure.h"

namespace weft::driver {

double KernelTable::Row::getPartOfRoof(const Roof &roof) const {
  return seconds > 0 ? getLeastTime(roof) / seconds : 0;
}

double KernelTable::Row::getLeastTime(const Roof &roof) const {
  return std::max(flops / roof.flops, bytes / roof.bytes);
}

KernelTable KernelTable::plan(const Artifact &artifact, const std::string &function) {
  const ExecProgram &program = *artifact.execProgram();
  const Manifest &manifest = artifact.manifest();
  std::vector<int64_t> sizes;
  for (const SymbolSpec &symbol : manifest.symbols)
    sizes.push_back(symbol.bound);
  size_t index = 0;
  while (manifest.functions[index].name != function)
    ++index;
  const WeftExecFunction &record = program.functions[index];
  KernelTable table;
  std::vector<double> trips = {1}; // of the loops around an op, multiplied
  for (uint64_t i = record.firstOp; i < record.firstOp + record.opCount; ++i) {
    const WeftExecOp &op = program.ops[i];
    if (op.opcode == WEFT_OP_For) {
      const WeftExecDim &count = program.dims[op.b];
      int64_t times = count.offset + (count.symbol < 0 ? 0 : sizes[size_t(count.symbol)]);
      trips.push_back(trips.back() * double(std::max<int64_t>(times, 0)));
    } else if (op.opcode == WEFT_OP_End) {
      trips.pop_back();
    } else if (op.opcode == WEFT_OP_Launch) {
      LaunchWork work = countWork(program, manifest, record, op, sizes);
      Row &row = table.rows[manifest.kernels[op.a]];
      row.kernel = manifest.kernels[op.a];
      row.place = manifest.places[op.a];
      row.launches += trips.back();
      row.flops += work.flops * trips.back();
      row.bytes += work.bytes * trips.back();
    }
  }
  return table;
}

void KernelTable::add(const CallRecord &record) {
  double taken = record.seconds;
  if (!record.isKernel) {
    seconds += taken;
    return;
  }
  Row &row = rows[record.name];
  row.kernel = record.name;
  row.place = record.place;
  row.launches += 1;
  row.seconds += taken;
  row.flops += record.flops;
  row.bytes += record.bytes;
}

void KernelTable::divide(double calls) {
  seconds /= calls;
  for (auto &[name, row] : rows)
    for (double *sum : {&row.launches, &row.seconds, &row.flops, &row.bytes})
      *sum /= calls;
}

std::vector<KernelTable::Row> KernelTable::getRows() const {
  std::vector<Row> sorted;
  for (const auto &[name, row] : rows)
    sorted.push_back(row);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Row &a, const Row &b) {
    return seconds > 0 ? a.seconds > b.seconds : a.flops > b.flops;
  });
  return sorted;
}

/// What a row has in common with and without times.
static std::string printWork(const KernelTable::Row &row) {
  return fmt::format("| {} | {} | {} | {:.0f} | {:.3f} | {:.3f} |", row.kernel, row.getOp(),
                     row.place.empty() ? "-" : row.place, row.launches, row.flops * 1e-6,
                     row.bytes * 1e-6);
}

void printKernels(const KernelTable &table, const Roof &roof) {
  bool isTimed = table.getSeconds() > 0, hasRoof = roof.flops > 0;
  fmt::print("| kernel | op | source | launches | MFLOP | MB |{}\n"
             "| --- | --- | --- | ---: | ---: | ---: |{}\n",
             isTimed   ? " ms | share | GF/s | GB/s | of roof |"
             : hasRoof ? " FLOP/byte | least us | bound by |"
                       : " FLOP/byte |",
             isTimed   ? " ---: | ---: | ---: | ---: | ---: |"
             : hasRoof ? " ---: | ---: | --- |"
                       : " ---: |");
  double inKernels = 0;
  for (const KernelTable::Row &row : table.getRows()) {
    inKernels += row.seconds;
    if (isTimed)
      fmt::print("{} {:.4f} | {:.1f} % | {:.1f} | {:.1f} | {:.2f} |\n", printWork(row),
                 row.seconds * 1e3, 100 * row.seconds / table.getSeconds(),
                 row.flops / row.seconds * 1e-9, row.bytes / row.seconds * 1e-9,
                 row.getPartOfRoof(roof));
    else
      fmt::print(
          "{} {:.2f} |{}\n", printWork(row), row.bytes > 0 ? row.flops / row.bytes : 0,
          hasRoof ? fmt::format(" {:.3f} | {} |", row.getLeastTime(roof) * 1e6,
                                row.flops / roof.flops > row.bytes / roof.bytes ? "FLOPs" : "bytes")
                  : "");
  }
  if (isTimed)
    fmt::print("| between launches | | | | | | {:.4f} | {:.1f} % | | | |\n",
               (table.getSeconds() - inKernels) * 1e3, 100 * (1 - inKernels / table.getSeconds()));
}

nlohmann::ordered_json toJson(const KernelTable &table, const Roof &roof) {
  nlohmann::ordered_json kernels = nlohmann::ordered_json::array();
  for (const KernelTable::Row &row : table.getRows()) {
    nlohmann::ordered_json json = {{"kernel", row.kernel}, {"op", row.getOp()},
                                   {"source", row.place},  {"launches", row.launches},
                                   {"flops", row.flops},   {"bytes", row.bytes}};
    if (table.getSeconds() > 0) {
      json["seconds"] = row.seconds;
      json["part_of_roof"] = row.getPartOfRoof(roof);
    } else if (roof.flops > 0) {
      json["least_seconds"] = row.getLeastTime(roof);
    }
    kernels.push_back(std::move(json));
  }
  return kernels;
}

} // namespace weft::driver
