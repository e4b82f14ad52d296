// Messages of the line protocol that tests build: one of every type, and any by a seed.
#pragma once

#include "builders.hpp"
#include <base/random.hpp>
#include <wire/encoder.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cairn::test {

inline constexpr net::DecoderLimits wire_limits{SealKind::work, 1U << 20, 8'192};

/// Values without meaning, each different, the same for a seed.
class MessageMaker {
  public:
    explicit MessageMaker(std::uint64_t seed) : random_(seed) {}

    std::uint64_t number() { return random_.next() >> random_.below(64); }
    std::uint32_t number32() { return static_cast<std::uint32_t>(number()); }
    bool coin() { return random_.below(2) == 0; }
    Hash256 hash() {
        Hash256 out;
        random_.fill(out);
        return out;
    }
    std::vector<Hash256> hashes(std::size_t count) {
        std::vector<Hash256> out(count);
        for (Hash256& id : out) id = hash();
        return out;
    }
    std::string word(std::size_t most) {
        std::string out(random_.below(most + 1), ' ');
        for (char& c : out) c = static_cast<char>(0x21 + random_.below(0x7f - 0x21));
        return out;
    }
    SealedHeader head() {
        SealedHeader out;
        out.header.parent.bytes = hash();
        out.header.height.value = number32();
        out.header.time.unix_ms = number();
        random_.fill(out.header.producer.bytes);
        out.header.tx_count = number32();
        out.header.tx_root = hash();
        out.header.state_root = hash();
        out.header.history_root = hash();
        out.header.target.bits = number32();
        out.seal = WorkSeal{number()};
        return out;
    }
    /// Signed by nobody.
    Transaction transaction() {
        TxFields fields;
        random_.fill(fields.chain.bytes);
        fields.nonce.value = number();
        fields.time.unix_ms = number();
        fields.body = Transfer{{Output{crypto::Address{}, units(1 + random_.below(1'000)), word(40)}}};
        return {std::move(fields), crypto::Signature{}};
    }
    std::vector<Transaction> transactions(std::size_t count) {
        std::vector<Transaction> out;
        out.reserve(count);
        for (std::size_t i = 0; i < count; ++i) out.push_back(transaction());
        return out;
    }

    net::Hello hello() {
        net::Hello out;
        out.version = number32();
        random_.fill(out.net.bytes);
        out.height.value = number32();
        out.work = Uint256::from_big_endian(hash()) >> static_cast<unsigned>(random_.below(256));
        out.tip.bytes = hash();
        out.nonce = number();
        out.agent = word(net::limits::agent_chars);
        out.compact_blocks = coin();
        out.port = static_cast<std::uint16_t>(number());
        out.time.unix_ms = number();
        out.raw = coin();
        return out;
    }
    net::CompactBlock compact_block(std::uint32_t tx_count) {
        net::CompactBlock out;
        out.head = head();
        out.head.header.tx_count = tx_count;
        out.height = out.head.header.height;
        out.id = block_id(out.head);
        out.salt = number();
        for (std::uint32_t i = 0; i < tx_count; ++i) {
            if (random_.below(4) == 0)
                out.prefilled.push_back({i, transaction()});
            else
                random_.fill(out.short_ids.emplace_back());
        }
        return out;
    }

    /// One of every type that travels, filled at random.
    std::vector<net::Message> all() {
        using namespace net;
        Ok ok{word(8), {}};
        for (std::uint64_t i = random_.below(8); i > 0; --i)
            ok.fields.emplace_back("k" + std::to_string(i), word(50));
        GetHeaders get_headers{{}, coin() ? std::optional(BlockId{hash()}) : std::nullopt, 1 + index(2'000)};
        for (const Hash256& id : hashes(1 + random_.below(12))) get_headers.locator.push_back(BlockId{id});
        Headers headers;
        for (std::uint64_t i = random_.below(5); i > 0; --i) headers.heads.push_back(head());
        Bytes body(random_.below(600));
        random_.fill(body);
        GetBlockTxs get_txs{BlockId{hash()}, {}};
        std::uint32_t next = index(10);
        do {
            get_txs.indexes.push_back(next);
            next += 1 + index(100);
        } while (coin());
        Addr addr;
        for (std::uint64_t i = random_.below(6); i > 0; --i) {
            AddrEntry entry{{}, Time{number()}};
            random_.fill(entry.at.ip);
            entry.at.port = static_cast<std::uint16_t>(number());
            addr.entries.push_back(entry);
        }
        const auto kind = [&] { return coin() ? ItemKind::tx : ItemKind::block; };
        std::vector<Message> out{hello(),
                                 std::move(ok),
                                 Err{number32(), word(64), word(120)},
                                 Ping{number()},
                                 Pong{number()},
                                 std::move(get_headers),
                                 std::move(headers),
                                 Inv{kind(), hashes(1 + random_.below(40))},
                                 Get{kind(), hashes(1 + random_.below(12))},
                                 Get{kind(), hashes(13 + random_.below(40))},
                                 TxMessage{transaction()},
                                 BlockMessage{Height{number32()}, BlockId{hash()}, std::move(body)},
                                 Relay{coin()},
                                 compact_block(index(12)),
                                 std::move(get_txs),
                                 BlockTxs{BlockId{hash()}, transactions(random_.below(5))},
                                 Fee{number()},
                                 GetAddr{},
                                 std::move(addr),
                                 Status{},
                                 Help{},
                                 Bye{}};
        return out;
    }

  private:
    std::uint32_t index(std::uint32_t below) { return static_cast<std::uint32_t>(random_.below(below)); }

    Prng random_;
};

} // namespace cairn::test
