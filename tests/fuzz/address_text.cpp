// Fuzz target: the text form of addresses. Whatever is accepted must be written back as the same address.
#include <crypto/address.hpp>

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = cairn::as_text({data, size});
    for (const std::string_view prefix : {"crn", "dcrn"}) {
        const auto address = cairn::crypto::address_from_text(text, prefix);
        if (!address) continue;
        const std::string written = cairn::crypto::to_text(*address, prefix);
        if (cairn::crypto::address_from_text(written, prefix) != *address) std::abort();
    }
    return 0;
}
