// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: weft-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{expects the bound of size 'n' to be at least 0, got -1 (size.C1)}}
func.func private @size_c1(tensor<?xf32, #weft.bounded<[n(-1 by 1)]>>)

// -----

// expected-error @below {{expects the step of size 'n' to be at least 1, got 0 (size.C2)}}
func.func private @size_c2(tensor<?xf32, #weft.bounded<[n(8 by 0)]>>)

// -----

// expected-error @below {{expects #weft.bounded to name 1 sizes, got 2 (bounded.C1)}}
func.func private @bounded_c1(tensor<?xf32, #weft.bounded<[n(8 by 1), 4]>>)

// -----

// expected-error @below {{expects dimension 1 to agree with its size in #weft.bounded, got 5 vs 4 (bounded.C2)}}
func.func private @bounded_c2(tensor<?x5xf32, #weft.bounded<[n(8 by 1), 4]>>)

// -----

// expected-error @below {{expects #weft.bounded to name at least one bounded size (bounded.C3)}}
func.func private @bounded_c3(tensor<4xf32, #weft.bounded<[4]>>)
