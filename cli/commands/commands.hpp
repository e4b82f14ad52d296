// The commands that use the engine, by noun. Each function adds its commands to the tree.
#pragma once

#include <cli/command.hpp>

namespace cairn::cli {

/// All of them, in the order of `help`.
void add_commands(CommandTree& tree);

void add_wallet_commands(CommandTree& tree);
void add_wallet_manage_commands(CommandTree& tree); ///< list, use, show, rename, remove, backup, locks
void add_address_commands(CommandTree& tree);       ///< address, contacts
void add_balance_commands(CommandTree& tree);       ///< balance
void add_send_commands(CommandTree& tree);          ///< send
void add_tx_commands(CommandTree& tree);            ///< tx show, list, bump, cancel
void add_offline_commands(CommandTree& tree);       ///< tx build, sign, broadcast
void add_history_commands(CommandTree& tree);       ///< history
void add_document_commands(CommandTree& tree);      ///< document
void add_message_commands(CommandTree& tree);       ///< message
void add_mine_commands(CommandTree& tree);          ///< mine
void add_mempool_commands(CommandTree& tree);       ///< mempool, fee
void add_chain_commands(CommandTree& tree);         ///< chain show, status, graph, reorgs, accept
void add_chain_file_commands(CommandTree& tree);    ///< chain verify, export, import
void add_block_commands(CommandTree& tree);         ///< block show
void add_node_commands(CommandTree& tree);          ///< node, peers, network
void add_peer_commands(CommandTree& tree);          ///< peers
void add_network_commands(CommandTree& tree);       ///< network show, new
void add_event_commands(CommandTree& tree);         ///< events

} // namespace cairn::cli
