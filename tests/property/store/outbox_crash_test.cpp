// The outbox under kills, loss of power and faults, compactions included, from seeds.
#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/memory_filesystem.hpp>
#include <store/outbox.hpp>

#include <algorithm>
#include <cerrno>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

using Nonces = std::vector<std::uint64_t>;

Transaction payment(std::uint64_t nonce) {
    TxFields fields;
    fields.nonce = {nonce};
    const std::string memo(255, 'm');
    fields.body = Transfer{std::vector<Output>(40, Output{{}, Amount::from_units(1), memo})};
    return {fields, {}};
}

Nonces nonces(const Outbox& outbox) {
    Nonces out;
    for (const Transaction& tx : outbox.all()) out.push_back(tx.fields().nonce.value);
    return out;
}

/// Every state since the last acknowledged one, which is the first.
struct Model {
    std::vector<Nonces> states{{}};
    std::uint64_t next = 1;
};

void work(Outbox& outbox, Model& model, Prng& random) {
    const std::uint64_t steps = random.below(60);
    for (std::uint64_t i = 0; i < steps; ++i) {
        Nonces state = model.states.back();
        const std::uint64_t what = random.below(10);
        if (what < 5) {
            state.push_back(model.next++);
            model.states.push_back(state);
            outbox.put(payment(state.back()));
        } else if (what < 9 && !state.empty()) {
            const std::uint64_t gone = state[random.below(state.size())];
            std::erase(state, gone);
            model.states.push_back(state);
            outbox.erase(payment(gone).id());
        } else {
            outbox.sync();
            model.states = {state};
        }
    }
}

} // namespace

TEST_CASE("the outbox survives kills, loss of power and faults at any call", "[store][property]") {
    LogOptions options = small_log();
    options.file_bytes = 40'000;
    std::uint64_t generations = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        INFO("seed " << seed);
        Prng random(seed);
        MemoryFileSystem files;
        Model model;
        for (int life = 0; life < 12; ++life) {
            bool failed = false;
            if (random.below(2) == 0)
                files.fail_at(1 + random.below(150), MemoryFileSystem::Call::any, EIO, true);
            try {
                Outbox outbox(files, "/d/outbox", options);
                const Nonces found = nonces(outbox);
                REQUIRE(std::find(model.states.begin(), model.states.end(), found) != model.states.end());
                model.states = {found}; // opening made it durable
                work(outbox, model, random);
            } catch (const IoFault&) {
                failed = true;
            }
            files.fail_never();
            // What a failed sync dropped may still be seen until the machine starts anew.
            if (failed || random.below(3) == 0)
                files.crash();
            else if (random.below(2) == 0)
                files.crash(random);
        }
        const Outbox outbox(files, "/d/outbox", options);
        const Nonces found = nonces(outbox);
        REQUIRE(std::find(model.states.begin(), model.states.end(), found) != model.states.end());
        if (files.exists("/d/outbox/00000002") || files.exists("/d/outbox/00000003")) ++generations;
    }
    CHECK(generations > 10);
}
