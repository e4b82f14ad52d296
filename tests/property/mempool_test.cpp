// The mempool against a slow and plain model of it, through thousands of random operations on a chain with
// reorganisations. A failing seed is named by the test.
#include "catch.hpp"
#include "property/mempool_model.hpp"
#include "support/builders.hpp"
#include "support/memory_accounts.hpp"

using namespace cairn;
using namespace cairn::chain;
using namespace cairn::test;

namespace {

constexpr std::uint64_t keys = 7;   // the first five own coins
constexpr std::uint64_t owners = 5; // the others, once they are paid

consensus::Network small_network(Amount min_new_account) {
    std::vector<consensus::Allocation> allocations;
    for (std::uint64_t i = 0; i < owners; ++i) allocations.push_back({address_of(i), units(200'000)});
    auto parameters = dev_parameters(std::move(allocations));
    parameters.min_new_account = min_new_account;
    parameters.subsidy = units(20'000);
    return network_of(std::move(parameters));
}

class World {
  public:
    World(std::uint64_t seed, MempoolOptions options, Amount min_new_account)
        : random_(seed),
          network_(small_network(min_new_account)),
          options_(options),
          accounts_(network_),
          pool_(network_, options),
          model_(network_, options) {
        for (std::uint64_t i = 0; i < keys; ++i) {
            public_keys_.push_back(key_of(i).public_key());
            addresses_.push_back(crypto::address_of(public_keys_.back()));
        }
    }

    void step() {
        const std::uint64_t what = random_.below(100);
        if (what < 84)
            admit(payment());
        else if (what < 87)
            remove();
        else if (what < 96)
            fold({}, {connect(some_transactions())});
        else
            reorganise();
        compare();
    }

    std::map<RefusalCode, int> refusals;
    int admitted = 0;
    int replaced = 0;
    int evicted = 0;
    int freed = 0;

  private:
    Height next() const { return {static_cast<std::uint32_t>(blocks_.size() + 1)}; }

    Body random_body() {
        if (random_.below(12) == 0) {
            Bytes content(random_.below(2'000));
            random_.fill(content);
            return document_of("title", content);
        }
        Transfer out;
        for (std::uint64_t i = 1 + random_.below(random_.below(4) == 0 ? 5 : 1); i > 0; --i)
            out.outputs.push_back({addresses_[random_.below(keys)], units(1 + random_.below(9'000)),
                                   std::string(random_.below(3) * 9, 'm')});
        return out;
    }

    /// Mostly sound. With random bytes for a signature: the signature is taken to be checked.
    Transaction payment() {
        const std::uint64_t key = random_.below(keys);
        const auto number = accounts_.find(addresses_[key]);
        const std::uint64_t first = number ? accounts_.at(*number).nonce.value : 0;
        const std::uint64_t pending = pool_.of_sender(addresses_[key]).size();
        TxFields fields;
        fields.chain = network_.tag();
        fields.sender = public_keys_[key];
        const std::uint64_t place = random_.below(10);
        if (place < 6)
            fields.nonce = Nonce{first + pending};
        else if (place < 9)
            fields.nonce = Nonce{first + random_.below(pending + 1)};
        else
            fields.nonce = Nonce{random_.below(first + pending + 3)};
        fields.fee = units(random_.below(random_.below(3) == 0 ? 20'000 : 2'000));
        if (random_.below(6) == 0)
            fields.expiry = next().value + static_cast<std::uint32_t>(random_.below(4));
        if (random_.below(40) == 0) fields.expiry = blocks_.empty() ? 0 : 1;
        fields.body = random_body();
        crypto::Signature signature;
        random_.fill(signature.bytes);
        return Transaction(fields, signature);
    }

    void admit(const Transaction& tx) {
        const auto before = pool_.find(tx.id()) ? std::vector<Transaction>{}
                                                : pool_.of_sender(crypto::address_of(tx.fields().sender));
        const auto result = pool_.admit(tx, accounts_, next(), true);
        const auto expected = model_.admit(tx, accounts_, next());
        REQUIRE(result.has_value() == expected.has_value());
        if (!result) {
            REQUIRE(result.error().code == expected.error());
            ++refusals[expected.error()];
            return;
        }
        REQUIRE(result->evicted == *expected);
        for (const Transaction& old : before) // replacing never lowers a fee
            if (old.fields().nonce == tx.fields().nonce) {
                REQUIRE(result->replaced == old.id());
                REQUIRE(old.fields().fee < tx.fields().fee);
            }
        ++admitted;
        replaced += result->replaced ? 1 : 0;
        evicted += static_cast<int>(result->evicted.size());
    }

    void remove() {
        const auto all = pool_.all();
        if (all.empty()) return;
        const TxId id = all[random_.below(all.size())].id();
        REQUIRE(pool_.remove(id));
        model_.remove(id);
        REQUIRE_FALSE(pool_.remove(id));
    }

    /// Some of the best, or strangers' that the mempool has not seen.
    std::vector<Transaction> some_transactions() {
        auto candidates = pool_.select(1 << 20, random_.below(12));
        if (random_.below(3) == 0)
            for (int i = 0; i < 3; ++i) candidates.insert(candidates.begin(), payment());
        std::vector<Transaction> out;
        consensus::StateScratch scratch(network_, accounts_);
        for (const Transaction& tx : candidates)
            if (!consensus::check_transaction(network_, tx, next()) && !scratch.apply(tx)) out.push_back(tx);
        return out;
    }

    Event connect(std::vector<Transaction> txs) {
        auto block = std::make_shared<Block>();
        block->head.header.height = next();
        block->head.header.producer = addresses_[random_.below(keys)];
        block->transactions = std::move(txs);
        accounts_.apply(consensus::apply_block(network_, accounts_, *block).value().change);
        blocks_.push_back(block);
        return BlockConnected{{}, block};
    }

    Event disconnect() {
        const BlockPtr block = blocks_.back();
        accounts_.apply(consensus::undo_block(network_, accounts_, *block));
        blocks_.pop_back();
        return BlockDisconnected{{}, block};
    }

    void reorganise() {
        Events events{Reorganised{}};
        std::vector<Transaction> freed_oldest_first;
        for (std::uint64_t depth = random_.below(4); depth > 0 && !blocks_.empty(); --depth) {
            const auto& txs = blocks_.back()->transactions;
            freed_oldest_first.insert(freed_oldest_first.begin(), txs.begin(), txs.end());
            events.push_back(disconnect());
        }
        for (std::uint64_t i = random_.below(4); i > 0; --i) {
            std::vector<Transaction> again;
            consensus::StateScratch scratch(network_, accounts_);
            for (const Transaction& tx : freed_oldest_first)
                if (random_.below(3) > 0 && !consensus::check_transaction(network_, tx, next()) &&
                    !scratch.apply(tx))
                    again.push_back(tx);
            events.push_back(connect(random_.below(2) == 0 ? again : some_transactions()));
        }
        freed += static_cast<int>(freed_oldest_first.size());
        fold(freed_oldest_first, events);
    }

    void fold(const std::vector<Transaction>& freed_oldest_first, const Events& events) {
        pool_.fold(events, accounts_, next());
        model_.fold(freed_oldest_first, accounts_, next());
    }

    static std::vector<Transaction> bare(const MempoolModel::Items& items) {
        std::vector<Transaction> out;
        for (const auto& item : items) out.push_back(item.tx);
        return out;
    }

    void compare() {
        const auto& items = model_.items();
        REQUIRE(pool_.count() == items.size());
        REQUIRE(pool_.memory() == model_.memory());
        REQUIRE(pool_.memory() <= options_.max_bytes);
        REQUIRE(pool_.witness_ids().size() == items.size());
        for (std::size_t i = 0; i < items.size(); ++i) {
            const WitnessId& id = pool_.witness_ids()[i];
            REQUIRE(pool_.at(i).witness_id() == id);
            REQUIRE(pool_.find(id) == &pool_.at(i));
        }
        std::size_t bytes = 0;
        for (const auto& item : items) {
            bytes += item.tx.size();
            REQUIRE(pool_.find(item.tx.id()));
            REQUIRE(pool_.find(item.tx.witness_id()));
        }
        REQUIRE(pool_.bytes() == bytes);
        const auto ordered = bare(MempoolModel::order(items));
        REQUIRE(pool_.select(SIZE_MAX, SIZE_MAX) == ordered);
        const std::size_t few = random_.below(items.size() + 2);
        REQUIRE(pool_.select(SIZE_MAX, few) ==
                std::vector<Transaction>(ordered.begin(),
                                         ordered.begin() +
                                             static_cast<std::ptrdiff_t>(std::min(few, ordered.size()))));
        for (const auto& address : addresses_) compare(address);
    }

    void compare(const crypto::Address& address) {
        const auto own = model_.of(address);
        REQUIRE(pool_.of_sender(address) == bare(own));
        const auto number = accounts_.find(address);
        const Account account = number ? accounts_.at(*number) : Account{};
        Uint128 outgoing = 0;
        for (std::size_t i = 0; i < own.size(); ++i) {
            REQUIRE(own[i].nonce() == account.nonce.value + i);
            outgoing += cost_of(own[i].tx);
        }
        REQUIRE(own.size() <= options_.window);
        REQUIRE(outgoing <= account.balance.units());
        REQUIRE(pool_.next_nonce(address, account.nonce) == Nonce{account.nonce.value + own.size()});

        std::uint64_t incoming = 0;
        std::uint32_t received = 0;
        MempoolModel::Items touching;
        for (const auto& item : model_.items()) {
            bool here = false;
            if (const auto* transfer = std::get_if<Transfer>(&item.tx.fields().body))
                for (const Output& output : transfer->outputs)
                    if (output.to == address) {
                        incoming += output.amount.units();
                        here = true;
                    }
            received += here ? 1 : 0;
            if (here || item.sender() == address) touching.push_back(item);
        }
        const auto totals = pool_.pending(address);
        REQUIRE(totals.outgoing.units() == outgoing);
        REQUIRE(totals.incoming.units() == incoming);
        REQUIRE(totals.sent == own.size());
        REQUIRE(totals.received == received);
        std::sort(touching.begin(), touching.end(),
                  [](const auto& a, const auto& b) { return a.arrival < b.arrival; });
        REQUIRE(pool_.touching(address) == bare(touching));
    }

    Prng random_;
    consensus::Network network_;
    MempoolOptions options_;
    MemoryAccounts accounts_;
    Mempool pool_;
    MempoolModel model_;
    std::vector<BlockPtr> blocks_; // of heights 1 …
    std::vector<crypto::PublicKey> public_keys_;
    std::vector<crypto::Address> addresses_;
};

} // namespace

TEST_CASE("the mempool does as its model does", "[chain][mempool]") {
    std::map<RefusalCode, int> refusals;
    int evicted = 0;
    for (std::uint64_t seed = 1; seed <= 24; ++seed) {
        CAPTURE(seed);
        MempoolOptions options;
        options.max_bytes = seed % 3 == 0 ? 64u << 20 : 8'000 + 1'000 * seed;
        options.window = seed % 2 == 0 ? 1'024 : 6;
        options.min_units_per_byte = seed % 4 == 0 ? 1 : 0;
        World world(seed, options, units(seed % 5 == 0 ? 4'000 : 0));
        for (int step = 0; step < 600; ++step) world.step();
        CHECK(world.admitted > 50);
        CHECK(world.replaced > 0);
        CHECK(world.freed > 0);
        for (const auto& [code, times] : world.refusals) refusals[code] += times;
        evicted += world.evicted;
    }
    // It all happened, or the comparison says nothing.
    CHECK(evicted > 100);
    for (const auto code :
         {RefusalCode::rule, RefusalCode::unknown_sender, RefusalCode::nonce_used, RefusalCode::nonce_too_far,
          RefusalCode::nonce_gap, RefusalCode::insufficient_funds, RefusalCode::fee_too_low,
          RefusalCode::replacement_fee_too_low, RefusalCode::new_account_too_small,
          RefusalCode::mempool_full}) {
        CAPTURE(name_of(code));
        CHECK(refusals[code] > 0);
    }
}

TEST_CASE("the same operations give the same mempool", "[chain][mempool]") {
    // The model has no container whose order could differ; this one looks for state that leaks between runs.
    const auto network = small_network({});
    const MemoryAccounts accounts(network);
    const auto run = [&] {
        Prng random(99);
        Mempool pool(network, {});
        for (int i = 0; i < 300; ++i) {
            TxFields fields = fields_of(network, key_of(random.below(owners)), random.below(8),
                                        Transfer{{{address_of(random.below(keys)), units(1), ""}}},
                                        units(200 + random.below(1'000)));
            static_cast<void>(pool.admit(Transaction(fields, {}), accounts, Height{1}, true));
        }
        return pool.select(SIZE_MAX, SIZE_MAX);
    };
    const auto first = run();
    CHECK(first.size() > 10);
    CHECK(first == run());
}
