// What a service message says.

import { t } from "./i18n.js";
import { nameOf, senderName, store } from "./store.js";

/** One line: who joined, which topic was opened, … */
export function serviceWords(message) {
  const name = senderName(message) || store.bot.name;
  const named = (user) => {
    const person = store.people.get(user.id);
    return person ? nameOf(person) : user.first_name;
  };
  if (message.new_chat_members) return t("joined", { name: message.new_chat_members.map(named).join(", ") });
  if (message.left_chat_member) return t("left", { name: named(message.left_chat_member) });
  if (message.forum_topic_created) return t("topic_created", { name, topic: message.forum_topic_created.name });
  if (message.forum_topic_edited) return t("topic_edited", { topic: message.forum_topic_edited.name });
  if (message.forum_topic_closed) return t("topic_closed");
  if (message.forum_topic_reopened) return t("topic_reopened");
  if (message.pinned_message) return t("pinned", { name });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return t("migrated");
  return t("created", { name });
}
