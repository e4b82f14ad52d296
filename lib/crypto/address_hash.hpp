// The hash behind an address, for who hashes more beside it. Pure; safe from any thread.
#pragma once

#include <crypto/address.hpp>
#include <crypto/sha256_many.hpp>

namespace cairn::crypto {

/// What is hashed; a view of `key`.
Tagged address_message(const PublicKey& key);
/// address_of the key, by the SHA-256 of that.
Address address_from(const Hash256& digest);

} // namespace cairn::crypto
