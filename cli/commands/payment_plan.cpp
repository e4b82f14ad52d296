#include <cli/commands/payment_plan.hpp>

#include <algorithm>
#include <numeric>

namespace cairn::cli {
namespace {

constexpr std::size_t output_bytes = 20 + 8 + 1; // and the memo

using Groups = std::vector<std::vector<Output>>;

Groups grouped(std::vector<Output> outputs) {
    Groups groups;
    for (auto& output : outputs) {
        if (groups.empty() || groups.back().size() == Transfer::max_outputs) groups.emplace_back();
        groups.back().push_back(std::move(output));
    }
    return groups;
}

Uint128 sum_of(const std::vector<Output>& outputs) {
    return std::accumulate(outputs.begin(), outputs.end(), Uint128{0},
                           [](Uint128 sum, const Output& o) { return sum + o.amount.units(); });
}

Amount clamped(Uint128 units) {
    return Amount::from_units(static_cast<std::uint64_t>(std::min<Uint128>(units, UINT64_MAX)));
}

Uint128 all_available(const std::vector<Source>& sources) {
    return std::accumulate(sources.begin(), sources.end(), Uint128{0},
                           [](Uint128 sum, const Source& s) { return sum + s.available.units(); });
}

/// Fills transfers from one source after the other.
class Gathering {
  public:
    Gathering(const std::vector<Source>& sources, const FeeRate& rate, Amount least_part)
        : sources_(sources), rate_(rate), least_part_(least_part), order_(sources.size()) {
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            return sources[a].available > sources[b].available;
        });
    }

    std::optional<std::vector<Draft>> run(const std::vector<Output>& outputs) {
        for (const auto& output : outputs) {
            Output rest = output;
            while (!rest.amount.is_zero()) {
                if (at_ == order_.size()) return std::nullopt;
                if (!take(rest)) next_source();
            }
        }
        close();
        return std::move(drafts_);
    }

  private:
    /// Moves what fits of `rest` into the transfer being filled; false where the source is spent.
    bool take(Output& rest) {
        if (outputs_.size() == Transfer::max_outputs) close();
        auto with = outputs_;
        with.push_back(rest);
        const Uint128 taken = spent_ + sum_of(outputs_) + rate_.of(transfer_bytes(with)).units();
        const Uint128 available = source().available.units();
        if (taken >= available) return false;
        const auto room = Amount::from_units(static_cast<std::uint64_t>(available - taken));
        if (room >= rest.amount) {
            outputs_.push_back(rest);
            rest.amount = {};
            return true;
        }
        const Amount left = rest.amount - room;
        if (room < least_part_ || left < least_part_) return false;
        outputs_.push_back(Output{rest.to, room, rest.memo});
        rest.amount = left;
        return true;
    }

    void close() {
        if (outputs_.empty()) return;
        const Amount fee = rate_.of(transfer_bytes(outputs_));
        spent_ += sum_of(outputs_) + fee.units();
        drafts_.push_back(Draft{order_[at_], {source().nonce.value + made_}, fee, std::move(outputs_)});
        outputs_.clear();
        ++made_;
    }

    void next_source() {
        close();
        ++at_;
        spent_ = 0;
        made_ = 0;
    }

    const Source& source() const { return sources_[order_[at_]]; }

    const std::vector<Source>& sources_;
    const FeeRate& rate_;
    Amount least_part_;
    std::vector<std::size_t> order_;
    std::size_t at_ = 0;          ///< in order_
    Uint128 spent_ = 0;           ///< of this source, by closed transfers
    std::uint64_t made_ = 0;      ///< closed transfers of this source
    std::vector<Output> outputs_; ///< of the transfer being filled
    std::vector<Draft> drafts_;
};

} // namespace

std::size_t transfer_bytes(const std::vector<Output>& outputs) {
    std::size_t bytes = Transaction::envelope_bytes + 2;
    for (const auto& output : outputs) bytes += output_bytes + output.memo.size();
    return bytes;
}

Result<std::vector<Draft>, Shortfall> plan_payment(const std::vector<Source>& sources,
                                                   const std::vector<Output>& outputs, const FeeRate& rate,
                                                   Amount least_part) {
    Uint128 needed = sum_of(outputs);
    auto groups = grouped(outputs);
    for (const auto& group : groups) needed += rate.of(transfer_bytes(group)).units();
    const auto payer = std::find_if(sources.begin(), sources.end(),
                                    [&](const Source& source) { return source.available.units() >= needed; });
    if (payer == sources.end()) {
        auto gathered = Gathering(sources, rate, least_part).run(outputs);
        if (!gathered) return fail(Shortfall{clamped(needed), clamped(all_available(sources))});
        return std::move(*gathered);
    }
    std::vector<Draft> drafts;
    Nonce nonce = payer->nonce;
    for (auto& group : groups) {
        const Amount fee = rate.of(transfer_bytes(group));
        drafts.push_back(
            Draft{static_cast<std::size_t>(payer - sources.begin()), nonce, fee, std::move(group)});
        nonce = nonce.next();
    }
    return drafts;
}

Result<std::vector<Draft>, Shortfall> plan_everything(const std::vector<Source>& sources,
                                                      const Output& output, const FeeRate& rate) {
    const Amount fee = rate.of(transfer_bytes({output}));
    std::vector<Draft> drafts;
    for (std::size_t i = 0; i < sources.size(); ++i) {
        // What stands at the recipient's own address is there already.
        if (sources[i].available <= fee || (sources.size() > 1 && sources[i].address == output.to)) continue;
        drafts.push_back(
            Draft{i, sources[i].nonce, fee, {Output{output.to, sources[i].available - fee, output.memo}}});
    }
    if (drafts.empty())
        return fail(Shortfall{clamped(Uint128{fee.units()} + 1), clamped(all_available(sources))});
    return drafts;
}

Amount total_amount(const std::vector<Draft>& drafts) {
    Uint128 sum = 0;
    for (const auto& draft : drafts) sum += sum_of(draft.outputs);
    return clamped(sum);
}

Amount total_fee(const std::vector<Draft>& drafts) {
    Uint128 sum = 0;
    for (const auto& draft : drafts) sum += draft.fee.units();
    return clamped(sum);
}

bool is_high_fee(Amount amount, Amount fee) {
    return Uint128{fee.units()} * 20 > amount.units(); // above 5 %
}

} // namespace cairn::cli
