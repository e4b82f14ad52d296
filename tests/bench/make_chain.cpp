// Writes a chain of the dev network in the form of `chain export`: make_chain PAYMENTS ACCOUNTS SEED FILE
// [zipf|uniform [PAYMENTS_A_BLOCK]].
#include "support/chain_generator.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

int main(int argc, char* argv[]) {
    using namespace cairn;
    if (argc < 5) {
        std::fputs("make_chain PAYMENTS ACCOUNTS SEED FILE [zipf|uniform [PAYMENTS_A_BLOCK]]\n", stderr);
        return 2;
    }
    test::ChainPlan plan;
    plan.payments = static_cast<std::uint32_t>(std::stoul(argv[1]));
    plan.accounts = static_cast<std::uint32_t>(std::stoul(argv[2]));
    plan.seed = std::stoull(argv[3]);
    plan.zipf = argc > 5 && std::string(argv[5]) == "zipf";
    if (argc > 6) plan.payments_per_block = static_cast<std::uint32_t>(std::stoul(argv[6]));
    const auto network = consensus::dev_network();
    std::ofstream file(argv[4], std::ios::binary);
    file << "cairn-chain 1 " << network.id().hex() << "\n";
    test::ChainGenerator(network, plan).run([&](const Block& block) {
        const Bytes bytes = encode(block);
        ByteArray<4> size;
        store_le(size.data(), static_cast<std::uint32_t>(bytes.size()));
        file.write(reinterpret_cast<const char*>(size.data()), size.size());
        file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    });
    file.close();
    return file ? EXIT_SUCCESS : EXIT_FAILURE;
}
