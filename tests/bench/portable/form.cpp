// In place of lib/crypto/form.cpp in the program `cairn_portable`: a machine that has what all have.
#include <crypto/form.hpp>

namespace cairn::crypto {

Form best_form() { return Form::portable; }
bool has_sha_ni() { return false; }

} // namespace cairn::crypto
