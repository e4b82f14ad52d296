#include "catch.hpp"
#include "unit/store/support.hpp"
#include <store/index.hpp>

#include <cerrno>
#include <list>
#include <vector>

using namespace cairn;
using namespace cairn::store;
using namespace cairn::store::test;

namespace {

/// `key`: the 8 bytes by which the index files it.
BlockId id_of(std::uint64_t key, Byte rest) {
    BlockId out;
    store_le(out.bytes.data() + 24, key);
    out.bytes[0] = rest;
    return out;
}

/// Transactions are filed by the first 8 bytes.
TxId tx_id_of(std::uint64_t key, Byte rest) {
    TxId out;
    store_le(out.bytes.data(), key);
    out.bytes[31] = rest;
    return out;
}

StoredBlock block_of(std::uint32_t n) {
    StoredBlock out;
    out.id = id_of(1000 + n, 1);
    out.parent = {n == 0 ? 0 : n - 1};
    out.head.header.height = {n};
    out.head.header.time = {1'700'000'000'000ULL + n};
    out.head.header.target = {0x1d00ffffU + n};
    out.head.header.tx_count = n;
    out.head.seal = WorkSeal{n};
    out.counted_ms = 15'000ULL * n;
    out.work = Uint256(n) << 200;
    out.position = {n / 10, 56 + n};
    out.size = 170 + n;
    out.status = static_cast<BlockStatus>(n % 4);
    return out;
}

Checkpoint checkpoint_of(std::uint32_t n) {
    Checkpoint out;
    out.tip = {n};
    out.height = {n};
    out.log_end = {3, n};
    out.accounts = 1000;
    out.blocks = n + 1;
    out.issued = Amount::from_units(5'000'000'000ULL * n);
    out.balances = out.issued;
    out.notes = Bytes{1, 2, 3};
    return out;
}

Account account_of(std::uint64_t n) {
    Account out;
    store_le(out.address.bytes.data(), n);
    out.balance = Amount::from_units(n * 17);
    out.nonce = {n};
    return out;
}

/// Places (height, 0) for heights first … last.
std::vector<TxPlace> heights(std::uint32_t begin, std::uint32_t end) {
    std::vector<TxPlace> out;
    for (std::uint32_t h = begin; h <= end; ++h) out.push_back({h, 0});
    return out;
}

std::vector<TxPlace> reversed(std::vector<TxPlace> list) {
    std::reverse(list.begin(), list.end());
    return list;
}

} // namespace

TEST_CASE("an empty store becomes an index with its first commit", "[store]") {
    MemoryKeyValue kv;
    const BlockId chain = chain_of(1);
    {
        Index index(kv, chain);
        CHECK_FALSE(index.checkpoint());
        CHECK_FALSE(index.block({0}));
        CHECK_FALSE(index.active({0}));
        CHECK_FALSE(index.account({0}));
        CHECK(index.tree_page(Tree::accounts, 0, 0).empty());
        CHECK(index.reorganisations(10).empty());
        CHECK(index.history_before({0}, {UINT32_MAX, UINT32_MAX}, 10).empty());
        Changes changes;
        changes.checkpoint = checkpoint_of(4);
        for (std::uint32_t h = 0; h <= 4; ++h) changes.active.push_back({{h}, {h}});
        index.commit(changes);
        CHECK(index.checkpoint() == checkpoint_of(4));
    }
    const Index again(kv, chain);
    CHECK(again.checkpoint() == checkpoint_of(4));
    try {
        Index(kv, chain_of(2));
        FAIL("opened the index of another network");
    } catch (const ForeignStore& fault) {
        CHECK(fault.reason() == ForeignStore::Reason::network);
    }
    Batch batch;
    Bytes other(60);
    other[0] = 99;
    batch.put(0, 0, other);
    kv.commit(batch);
    try {
        Index(kv, chain);
        FAIL("opened an index of another version");
    } catch (const ForeignStore& fault) {
        CHECK(fault.reason() == ForeignStore::Reason::version);
    }
}

TEST_CASE("blocks are found by number and by id, also where ids end alike", "[store]") {
    MemoryKeyValue kv;
    Index index(kv, chain_of(1));
    Changes changes;
    changes.checkpoint = checkpoint_of(9);
    for (std::uint32_t n = 0; n < 10; ++n) changes.blocks.push_back({{n}, block_of(n)});
    changes.blocks[3].block.id = id_of(42, 3);
    changes.blocks[7].block.id = id_of(42, 7);
    index.commit(changes);
    for (const auto& entry : changes.blocks) {
        CHECK(index.block(entry.number) == entry.block);
        CHECK(index.find(entry.block.id) == entry.number);
    }
    CHECK_FALSE(index.find(id_of(42, 5)));
    CHECK_FALSE(index.find(id_of(41, 3)));

    // A change of status, twice in one commit: the later one counts, and nothing is listed twice.
    Changes update;
    update.checkpoint = checkpoint_of(9);
    update.blocks = {changes.blocks[3], changes.blocks[3]};
    update.blocks[0].block.status = BlockStatus::held;
    update.blocks[1].block.status = BlockStatus::invalid;
    index.commit(update);
    CHECK(index.block({3})->status == BlockStatus::invalid);
    CHECK(index.find(id_of(42, 3)) == BlockNumber{3});
    CHECK(kv.get(2, 42)->size() == 8);
}

TEST_CASE("the active chain is known up to the checkpoint, and follows a reorganisation", "[store]") {
    MemoryKeyValue kv;
    Index index(kv, chain_of(1));
    Changes changes;
    changes.checkpoint = checkpoint_of(600);
    for (std::uint32_t h = 0; h <= 600; ++h) changes.active.push_back({{h}, {h}});
    index.commit(changes);
    CHECK(index.active({0}) == BlockNumber{0});
    CHECK(index.active({255}) == BlockNumber{255});
    CHECK(index.active({256}) == BlockNumber{256});
    CHECK(index.active({600}) == BlockNumber{600});
    CHECK_FALSE(index.active({601}));
    Changes shorter;
    shorter.checkpoint = checkpoint_of(598);
    shorter.active = {{{598}, {777}}};
    index.commit(shorter);
    CHECK(index.active({597}) == BlockNumber{597});
    CHECK(index.active({598}) == BlockNumber{777});
    CHECK_FALSE(index.active({599}));
}

TEST_CASE("accounts are read by number and by the beginning of their address", "[store]") {
    MemoryKeyValue kv;
    Index index(kv, chain_of(1));
    Changes changes;
    changes.checkpoint = checkpoint_of(1);
    changes.checkpoint.accounts = 100;
    for (std::uint32_t n = 0; n < 100; ++n) {
        changes.accounts.push_back({{99 - n}, account_of(99 - n)});
        changes.addresses.push_back({account_of(n).address, {n}});
    }
    crypto::Address twin = account_of(5).address;
    twin.bytes[19] = 1;
    changes.addresses.push_back({twin, {50}});
    index.commit(changes);
    for (std::uint32_t n = 0; n < 100; ++n) CHECK(index.account({n}) == account_of(n));
    CHECK_FALSE(index.account({100}));
    CHECK(index.accounts_like(account_of(5).address) == std::vector<AccountNumber>{{5}, {50}});
    CHECK(index.accounts_like(twin) == std::vector<AccountNumber>{{5}, {50}});
    CHECK(index.accounts_like(account_of(500).address).empty());

    // Accounts 40 and on are taken back; number 40 is given to another address.
    Changes undo;
    undo.checkpoint = checkpoint_of(1);
    undo.checkpoint.accounts = 41;
    undo.accounts = {{{40}, account_of(5)}, {{40}, account_of(777)}};
    undo.addresses = {{account_of(777).address, {40}}};
    index.commit(undo);
    CHECK(index.account({40}) == account_of(777));
    CHECK(index.account({39}) == account_of(39));
    CHECK_FALSE(index.account({41}));
    CHECK(index.accounts_like(account_of(5).address) == std::vector<AccountNumber>{{5}});
}

TEST_CASE("transactions and documents are lists under the beginning of their hash", "[store]") {
    MemoryKeyValue kv;
    Index index(kv, chain_of(1));
    const TxId tx = tx_id_of(5, 1);
    const TxId twin = tx_id_of(5, 2);
    Hash256 document{};
    document[0] = 9;
    Changes changes;
    changes.checkpoint = checkpoint_of(10);
    changes.transactions = {{tx, {10, 3}}, {twin, {8, 1}}, {tx_id_of(6, 1), {8, 2}}, {tx, {10, 3}}};
    changes.documents = {{document, {10, 3}}, {document, {8, 1}}, {document, {10, 3}}};
    index.commit(changes);
    CHECK(index.transactions_like(tx) == std::vector<TxPlace>{{8, 1}, {10, 3}});
    CHECK(index.transactions_like(tx_id_of(7, 1)).empty());
    CHECK(index.documents_like(document) == std::vector<TxPlace>{{8, 1}, {10, 3}});
    changes.cut = Height{8}; // blocks that came back: no place twice
    index.commit(changes);
    CHECK(index.transactions_like(twin) == std::vector<TxPlace>{{8, 1}, {10, 3}});
    CHECK(index.documents_like(document, 1) == std::vector<TxPlace>{{8, 1}});

    Changes many;
    many.checkpoint = checkpoint_of(20);
    for (std::uint32_t i = 0; i < 1000; ++i) many.documents.push_back({document, {20, i}});
    index.commit(many);
    const auto places = index.documents_like(document, 5000);
    REQUIRE(places.size() == 1002);
    for (std::uint32_t i = 0; i < 1000; ++i) CHECK(places[2 + i] == TxPlace{20, i});
    document[8] = 1; // another one, that begins with the same 8 bytes
    CHECK(index.documents_like(document, 5).size() == 5);
    document[7] = 1;
    CHECK(index.documents_like(document).empty());
}

TEST_CASE("an account's history is read from either end, across commits", "[store]") {
    MemoryKeyValue kv;
    Index index(kv, chain_of(1));
    const auto add = [&](std::uint32_t begin, std::uint32_t end, std::optional<Height> cut) {
        Changes changes;
        changes.checkpoint = checkpoint_of(end);
        changes.cut = cut;
        for (std::uint32_t h = begin; h <= end; ++h) {
            changes.history.push_back({{7}, {h, 0}});
            changes.history.push_back({{8}, {h, TxPlace::reward}});
        }
        index.commit(changes);
    };
    const TxPlace last{UINT32_MAX, UINT32_MAX};
    for (std::uint32_t h = 1; h <= 1000; h += 100) add(h, h + 99, std::nullopt);
    CHECK(index.history_from({7}, {}, 5000) == heights(1, 1000));
    CHECK(index.history_before({7}, last, 5000) == reversed(heights(1, 1000)));
    CHECK(index.history_before({7}, {501, 0}, 3) == reversed(heights(498, 500)));
    CHECK(index.history_before({7}, {501, 1}, 1) == heights(501, 501));
    CHECK(index.history_from({7}, {250, 1}, 2) == heights(251, 252));
    CHECK(index.history_from({7}, {1000, 0}, 9) == heights(1000, 1000));
    CHECK(index.history_from({7}, {1001, 0}, 9).empty());
    CHECK(index.history_before({7}, {1, 0}, 9).empty());
    CHECK(index.history_before({7}, last, 0).empty());
    CHECK(index.history_from({6}, {}, 9).empty());
    CHECK(index.history_from({8}, {1000, 0}, 9) == std::vector<TxPlace>{{1000, TxPlace::reward}});
    CHECK(index.history_before({8}, last, 1) == std::vector<TxPlace>{{1000, TxPlace::reward}});
    CHECK(index.history_before({8}, {1000, TxPlace::reward}, 1) ==
          std::vector<TxPlace>{{999, TxPlace::reward}});

    SECTION("a cut forgets what a reorganisation took back, over several commits") {
        add(300, 299, Height{300});
        CHECK(index.history_from({7}, {}, 5000) == heights(1, 299));
        CHECK(index.history_before({7}, last, 5000) == reversed(heights(1, 299)));
        CHECK(index.history_from({8}, {}, 5000).size() == 299);
        add(250, 410, Height{250});
        CHECK(index.history_from({7}, {}, 5000) == heights(1, 410));
        CHECK(Index(kv, chain_of(1)).history_from({7}, {}, 5000) == heights(1, 410));
    }
    SECTION("a cut may take all") {
        add(1, 0, Height{0});
        CHECK(index.history_from({7}, {}, 5000).empty());
        add(5, 6, std::nullopt);
        CHECK(index.history_from({7}, {}, 5000) == heights(5, 6));
    }
    SECTION("a cut above what was entered takes nothing") {
        add(1001, 1002, Height{1002});
        CHECK(index.history_from({7}, {}, 5000) == heights(1, 1002));
    }
    SECTION("places at heights of an earlier commit, without a cut, are a defect") {
        Changes changes;
        changes.checkpoint = checkpoint_of(1001);
        changes.history = {{{7}, {1000, 5}}};
        CHECK_THROWS_AS(index.commit(changes), std::logic_error);
    }
    SECTION("places above the commit's own height are a defect") {
        Changes changes;
        changes.checkpoint = checkpoint_of(1001);
        changes.transactions = {{tx_id_of(5, 1), {1002, 0}}};
        CHECK_THROWS_AS(index.commit(changes), std::logic_error);
    }
}

TEST_CASE("pages of the trees are replaced whole, and may shrink", "[store]") {
    MemoryKeyValue kv;
    Index index(kv, chain_of(1));
    std::list<std::vector<Hash256>> kept;
    const auto hashes = [&kept](std::size_t count, Byte fill) -> const std::vector<Hash256>& {
        auto& out = kept.emplace_back(count);
        for (std::size_t i = 0; i < count; ++i) out[i][0] = static_cast<Byte>(i), out[i][1] = fill;
        return out;
    };
    const auto write = [&](std::size_t count, Byte fill) {
        Changes changes;
        changes.checkpoint = checkpoint_of(1);
        changes.tree_pages = {{Tree::accounts, 2, 9, hashes(3, 0xff)},
                              {Tree::accounts, 2, 9, hashes(count, fill)},
                              {Tree::history, 2, 9, hashes(1, 0x11)},
                              {Tree::accounts, 3, 9, hashes(2, 0x22)},
                              {Tree::accounts, 2, 10, hashes(64, 0x33)}};
        index.commit(changes);
    };
    for (const std::size_t count : {1U, 31U, 32U, 33U, 64U, 40U, 32U, 5U, 0U}) {
        write(count, static_cast<Byte>(count));
        CHECK(index.tree_page(Tree::accounts, 2, 9) == hashes(count, static_cast<Byte>(count)));
    }
    CHECK(index.tree_page(Tree::history, 2, 9) == hashes(1, 0x11));
    CHECK(index.tree_page(Tree::accounts, 3, 9) == hashes(2, 0x22));
    CHECK(index.tree_page(Tree::accounts, 2, 10) == hashes(64, 0x33));
    Changes large;
    large.tree_pages = {{Tree::accounts, 0, 0, hashes(65, 0)}};
    CHECK_THROWS_AS(index.commit(large), std::length_error);
}

TEST_CASE("reorganisations are listed newest first", "[store]") {
    MemoryKeyValue kv;
    Index index(kv, chain_of(1));
    Changes changes;
    changes.checkpoint = checkpoint_of(1);
    std::vector<Reorganisation> all;
    for (std::uint32_t i = 0; i < 5; ++i) all.push_back({{1000 + i}, i, id_of(i, 1), id_of(i, 2)});
    changes.reorganisations = {all[0], all[1]};
    index.commit(changes);
    changes.reorganisations = {all[2], all[3], all[4]};
    index.commit(changes);
    std::reverse(all.begin(), all.end());
    CHECK(index.reorganisations(100) == all);
    CHECK(index.reorganisations(2) == std::vector<Reorganisation>{all[0], all[1]});
}

TEST_CASE("a failed commit leaves the former checkpoint", "[store]") {
    MemoryKeyValue kv;
    Index index(kv, chain_of(1));
    Changes changes;
    changes.checkpoint = checkpoint_of(1);
    index.commit(changes);
    kv.fail_at(1, EIO);
    changes.checkpoint = checkpoint_of(2);
    CHECK_THROWS_AS(index.commit(changes), IoFault);
    CHECK(index.checkpoint() == checkpoint_of(1));
    CHECK_THROWS_AS(index.commit(changes), Fault);
    kv.reopen();
    CHECK(Index(kv, chain_of(1)).checkpoint() == checkpoint_of(1));
}
