// Files that the customer sends.

import { write } from "./actions.js";
import { returnDraft, takeDraft } from "./composer.js";
import { showNotice } from "./notice.js";
import { takeReply } from "./reply.js";
import { page } from "./state.js";

/** Sends a file with what stands in the composer as its caption. A recording is a voice message. */
export async function sendFile(file) {
  const id = page.customerId;
  const form = new FormData();
  form.append("file", file, file.name);
  const takesCaption = !file.type.startsWith("audio/");
  const caption = takesCaption ? takeDraft() : "";
  if (caption !== "") form.append("caption", caption);
  if (file.type.startsWith("audio/ogg")) form.append("voice", "true");
  const { context } = takeReply();
  if (context) form.append("context", context.id);
  try {
    await write(form);
  } catch (error) {
    returnDraft(id, caption);
    showNotice(error);
  }
}
