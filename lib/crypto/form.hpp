// Which instructions a kernel may use. All forms give the same results; tests ask for each by name.
#pragma once

namespace cairn::crypto {

enum class Form {
    portable, ///< any machine
    avx2      ///< x86-64 with AVX2
};

/// The quickest that this machine has.
Form best_form();

/// Whether it has the SHA instructions of x86-64.
bool has_sha_ni();

} // namespace cairn::crypto
