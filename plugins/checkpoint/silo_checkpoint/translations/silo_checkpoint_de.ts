<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>SiloButtons</name>
    <message>
        <source>Open Mine</source>
        <translation>Meine öffnen</translation>
    </message>
    <message>
        <source>Open Theirs</source>
        <translation>Andere öffnen</translation>
    </message>
    <message>
        <source>Make Mine the Head</source>
        <translation>Meine zur neuesten machen</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Take Them</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
</context>
<context>
    <name>SiloCheckpoint</name>
    <message>
        <source>It is sent</source>
        <translation>Wird gesendet</translation>
    </message>
    <message>
        <source>It is not held any more</source>
        <translation>Wird nicht mehr zurückgehalten</translation>
    </message>
    <message>
        <source>No checkpoint of {part}: {why}</source>
        <translation>Kein Zwischenstand von {part}: {why}</translation>
    </message>
    <message>
        <source>Your file stays as it is; the edit session is released.</source>
        <translation>Ihre Datei bleibt, wie sie ist; die Bearbeitung ist freigegeben.</translation>
    </message>
    <message>
        <source>Opened yours</source>
        <translation>Ihre wurde geöffnet</translation>
    </message>
    <message>
        <source>Opened theirs</source>
        <translation>Die andere wurde geöffnet</translation>
    </message>
    <message>
        <source>Yours is being made the newest</source>
        <translation>Ihre wird zur neuesten gemacht</translation>
    </message>
    <message>
        <source>There is no connection to the server</source>
        <translation>Es besteht keine Verbindung zum Server</translation>
    </message>
    <message>
        <source>{path} is not there any more</source>
        <translation>{path} ist nicht mehr da</translation>
    </message>
    <message>
        <source>{number} has changed in two ways</source>
        <translation>{number} wurde auf zwei Arten geändert</translation>
    </message>
    <message>
        <source>Somebody else&apos;s version became the newest one while you made yours. Both are on the server, and both stay in the history whatever you choose.</source>
        <translation>Während Sie an Ihrer Version gearbeitet haben, ist die eines anderen zur neuesten geworden. Beide liegen auf dem Server, und beide bleiben im Verlauf, was auch immer Sie wählen.</translation>
    </message>
    <message>
        <source>Your open {number} is behind</source>
        <translation>Ihr geöffnetes {number} ist nicht auf dem neuesten Stand</translation>
    </message>
    <message>
        <source>Your checkpoint was joined with the work of {makers}, which your open file does not show yet. It can take it once nothing of it is being edited: leave what you edit, or close the file and open it again. What your file holds now is kept as a backup.</source>
        <translation>Ihr Zwischenstand wurde mit der Arbeit von {makers} zusammengeführt; Ihre geöffnete Datei zeigt das noch nicht. Sie kann es übernehmen, sobald nichts darin bearbeitet wird: Verlassen Sie, was Sie bearbeiten, oder schließen Sie die Datei und öffnen Sie sie wieder. Was Ihre Datei jetzt enthält, bleibt als Sicherung erhalten.</translation>
    </message>
    <message>
        <source>Not updated: {number}. No plugin that updates files is on</source>
        <translation>Nicht aktualisiert: {number}. Kein Plugin, das Dateien aktualisiert, ist eingeschaltet</translation>
    </message>
    <message>
        <source>Turn on the plugin `subscriptions`.</source>
        <translation>Schalten Sie das Plugin „subscriptions“ ein.</translation>
    </message>
    <message>
        <source>somebody</source>
        <translation>jemand</translation>
    </message>
    <message>
        <source>others</source>
        <translation>anderen</translation>
    </message>
    <message>
        <source>{users} and {last}</source>
        <translation>{users} und {last}</translation>
    </message>
    <message>
        <source>Your new {old} is called {new} on the server</source>
        <translation>Ihr neues {old} heißt auf dem Server {new}</translation>
    </message>
    <message>
        <source>1 subscriber notified</source>
        <translation>1 Abonnent benachrichtigt</translation>
    </message>
    <message>
        <source>{count} subscribers notified</source>
        <translation>{count} Abonnenten benachrichtigt</translation>
    </message>
    <message>
        <source>Checkpoint: {part} ({context}) — {told}</source>
        <translation>Zwischenstand: {part} ({context}) – {told}</translation>
    </message>
    <message>
        <source>Joined with the work of {makers}:</source>
        <translation>Zusammengeführt mit der Arbeit von {makers}:</translation>
    </message>
    <message>
        <source>Kept beside the newest version: your {number}</source>
        <translation>Neben der neuesten Version aufgehoben: Ihr {number}</translation>
    </message>
    <message>
        <source>Others changed it meanwhile. Nothing is lost: your version is in the item&apos;s history.</source>
        <translation>Andere haben es inzwischen geändert. Nichts ist verloren: Ihre Version steht im Verlauf.</translation>
    </message>
    <message>
        <source>Checkpoint of {part} is kept here and sent later</source>
        <translation>Der Zwischenstand von {part} bleibt hier und wird später gesendet</translation>
    </message>
    <message>
        <source>The last checkpoint of {part} is not recorded yet: the next start tries again</source>
        <translation>Der letzte Zwischenstand von {part} ist noch nicht verzeichnet: Beim nächsten Start wird es wieder versucht</translation>
    </message>
    <message>
        <source>A checkpoint of {part} is kept here and set aside; later ones go on</source>
        <translation>Ein Zwischenstand von {part} bleibt hier und ist zurückgestellt; spätere werden gesendet</translation>
    </message>
    <message>
        <source>It is {path}, and is tried again from time to time.</source>
        <translation>Es ist {path}, und es wird von Zeit zu Zeit wieder versucht.</translation>
    </message>
    <message>
        <source>A checkpoint of {part} is held: it was cancelled, and nothing of it is lost</source>
        <translation>Ein Zwischenstand von {part} wird zurückgehalten: Er wurde abgebrochen, und nichts davon ist verloren</translation>
    </message>
    <message>
        <source>A checkpoint of {part} cannot be sent: its copy here was deleted</source>
        <translation>Ein Zwischenstand von {part} kann nicht gesendet werden: Seine Kopie wurde hier gelöscht</translation>
    </message>
    <message>
        <source>It was {path}.</source>
        <translation>Es war {path}.</translation>
    </message>
    <message>
        <source>What your file holds goes with the next checkpoint: edit an object and leave it.</source>
        <translation>Was Ihre Datei enthält, geht mit dem nächsten Zwischenstand: Bearbeiten Sie ein Objekt und verlassen Sie es.</translation>
    </message>
</context>
<context>
    <name>SiloCommit</name>
    <message>
        <source>Commit {part}</source>
        <translation>Festschreiben: {part}</translation>
    </message>
    <message>
        <source>a part</source>
        <translation>ein Teil</translation>
    </message>
    <message>
        <source>&amp;Commit</source>
        <translation>&amp;Festschreiben</translation>
    </message>
    <message>
        <source>What it is for, such as: Released for milling</source>
        <translation>Wofür sie ist, zum Beispiel: Freigegeben zum Fräsen</translation>
    </message>
    <message>
        <source>Co&amp;mment:</source>
        <translation>Ko&amp;mmentar:</translation>
    </message>
    <message>
        <source>Bring a document to the front that belongs to a part.</source>
        <translation>Holen Sie ein Dokument nach vorn, das zu einem Teil gehört.</translation>
    </message>
    <message>
        <source>Asking …</source>
        <translation>Anfrage läuft …</translation>
    </message>
    <message>
        <source>The newest version, {which}:</source>
        <translation>Die neueste Version, {which}:</translation>
    </message>
    <message>
        <source>Say what the revision is for.</source>
        <translation>Geben Sie an, wofür die Revision ist.</translation>
    </message>
    <message>
        <source>Committing …</source>
        <translation>Wird festgeschrieben …</translation>
    </message>
    <message>
        <source>This is revision {number} of {part} now.</source>
        <translation>Das ist jetzt Revision {number} von {part}.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>SiloHistory</name>
    <message>
        <source>History of {part}</source>
        <translation>Verlauf: {part}</translation>
    </message>
    <message>
        <source>a part</source>
        <translation>ein Teil</translation>
    </message>
    <message>
        <source>&amp;Open a Copy</source>
        <translation>Kopie ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>&amp;Restore</source>
        <translation>&amp;Wiederherstellen</translation>
    </message>
    <message>
        <source>Make this version the newest one again; those after it stay in the history</source>
        <translation>Diese Version wieder zur neuesten machen; die danach bleiben im Verlauf</translation>
    </message>
    <message>
        <source>Bring a document to the front that belongs to a part.</source>
        <translation>Holen Sie ein Dokument nach vorn, das zu einem Teil gehört.</translation>
    </message>
    <message>
        <source>Fetching it …</source>
        <translation>Wird geholt …</translation>
    </message>
    <message>
        <source>{file} is a copy to look at; what you change in it is pushed nowhere.</source>
        <translation>{file} ist eine Kopie zum Ansehen; was Sie darin ändern, wird nirgendwohin gesendet.</translation>
    </message>
    <message>
        <source>{who}; restore it when that is done.</source>
        <translation>{who}; stellen Sie sie wieder her, wenn das erledigt ist.</translation>
    </message>
    <message>
        <source>Restoring it …</source>
        <translation>Wird wiederhergestellt …</translation>
    </message>
    <message>
        <source>{version} is the newest version now; open documents are behind it.</source>
        <translation>{version} ist jetzt die neueste Version; geöffnete Dokumente sind älter.</translation>
    </message>
    <message>
        <source>Asking the server …</source>
        <translation>Der Server wird gefragt …</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Wer</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>Was sich geändert hat</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>Versions of the part, newest first</source>
        <translation>Versionen des Teils, die neueste zuerst</translation>
    </message>
    <message>
        <source>nothing was told</source>
        <translation>keine Angabe</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>Zwischenstand</translation>
    </message>
    <message>
        <source>revision {number}</source>
        <translation>Revision {number}</translation>
    </message>
    <message>
        <source>rescue</source>
        <translation>aufgehobene Version</translation>
    </message>
    <message>
        <source>{what} (head)</source>
        <translation>{what} (neueste)</translation>
    </message>
    <message>
        <source>{what} (beside the head)</source>
        <translation>{what} (neben der neuesten)</translation>
    </message>
    <message>
        <source>{version} by {user}</source>
        <translation>{version} von {user}</translation>
    </message>
    <message>
        <source>{version} of {time} by {user}</source>
        <translation>{version} vom {time} von {user}</translation>
    </message>
    <message>
        <source>{version} of {time}</source>
        <translation>{version} vom {time}</translation>
    </message>
</context>
<context>
    <name>SiloWindows</name>
    <message>
        <source>Commit as Revision…</source>
        <translation>Als Revision festschreiben…</translation>
    </message>
    <message>
        <source>Make the newest version of the part in front a formal revision</source>
        <translation>Die neueste Version des Teils im Vordergrund zur formalen Revision machen</translation>
    </message>
    <message>
        <source>History…</source>
        <translation>Verlauf…</translation>
    </message>
    <message>
        <source>The versions of the part in front: what changed, open one, restore one</source>
        <translation>Die Versionen des Teils im Vordergrund: was sich geändert hat, eine öffnen, eine wiederherstellen</translation>
    </message>
</context>
</TS>
