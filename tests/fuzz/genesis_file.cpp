// Fuzz target: a FILE of genesis parameters, which people pass on to each other. What is read must be written
// back as what it is, and only sound parameters may become a network.
#include <consensus/parameters.hpp>

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cairn;
    const auto parameters = consensus::parameters_from_json(as_text({data, size}));
    if (!parameters) {
        if (parameters.error().why.empty()) std::abort();
        return 0;
    }
    const auto network = consensus::Network::make(*parameters);
    if (!network) {
        if (network.error().key.empty() || network.error().why.empty()) std::abort();
        return 0;
    }
    const auto again = consensus::parameters_from_json(consensus::to_json(network->parameters()));
    if (!again || *again != *parameters) std::abort();
    if (network->max_supply().units() >> 63 != 0) std::abort();
    for (const std::uint32_t height : {0U, 1U, 1000U, UINT32_MAX})
        if (consensus::issued_at(*parameters, Height{height}) > network->max_supply()) std::abort();
    return 0;
}
