#include <cli/commands/commands.hpp>

namespace cairn::cli {

void add_commands(CommandTree& tree) {
    add_wallet_commands(tree);
    add_address_commands(tree);
    add_balance_commands(tree);
    add_send_commands(tree);
    add_tx_commands(tree);
    add_offline_commands(tree);
    add_history_commands(tree);
    add_document_commands(tree);
    add_message_commands(tree);
    add_mine_commands(tree);
    add_mempool_commands(tree);
    add_chain_commands(tree);
    add_chain_file_commands(tree);
    add_block_commands(tree);
    add_node_commands(tree);
    add_event_commands(tree);
}

} // namespace cairn::cli
