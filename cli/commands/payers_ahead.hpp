// Who pays and is paid in lines of a script that are prepared and not handed in yet, as those lines will have
// left them: so the node is asked once for many lines. Owned by LinesAhead; for the interface thread.
#pragma once

#include <cli/commands/sending.hpp>

#include <map>
#include <set>

namespace cairn::cli {

class PayersAhead {
  public:
    /// As payee_of; nullptr where that fails. Until forget().
    const Payee* payee(Session& session, const std::string& to);
    /// As payer_of, less what the lines before it spend. nullptr where that fails. Until the next pay().
    const Payer* of(Session& session, const Args& args);
    /// Whether the rules allow an output of this size to an address that may have no account.
    bool may_pay(Session& session, const Payer& payer, const std::vector<Draft>& drafts);
    /// `draft` of this payer will have been paid.
    void pay(const Payer& payer, const Draft& draft);

    /// The node knows of all that was paid.
    void note_handed_in() { unseen_.clear(); }
    /// The node is to be asked anew.
    void forget();

  private:
    struct Spent {
        crypto::Address address;
        Nonce nonce;
        Amount cost;
    };
    static void take_off(Payer& payer, const Spent& spent);

    std::map<std::string, Payee> payees_;
    std::map<std::string, wallet::Wallet*> wallets_; ///< by what lines call them; empty: the current one
    std::map<wallet::Wallet*, Payer> payers_;
    std::vector<Spent> unseen_;                                     ///< by the node
    std::set<std::pair<crypto::Address, crypto::Address>> may_pay_; ///< from, to: whatever the amount
};

} // namespace cairn::cli
