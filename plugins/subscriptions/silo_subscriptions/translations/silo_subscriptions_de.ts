<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>SiloButtons</name>
    <message>
        <source>Subscribe to its parts</source>
        <translation>Teile abonnieren</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Overwrite</source>
        <translation>Überschreiben</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Zusammenführen</translation>
    </message>
    <message>
        <source>Reload</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>View in Silo →</source>
        <translation>In Silo ansehen →</translation>
    </message>
</context>
<context>
    <name>SiloSubscriptions</name>
    <message>
        <source>It is decided, or there is a newer version by now.</source>
        <translation>Es ist entschieden, oder es gibt inzwischen eine neuere Version.</translation>
    </message>
    <message>
        <source>Could not be opened</source>
        <translation>Konnte nicht geöffnet werden</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Geöffnet</translation>
    </message>
    <message>
        <source>{path} is not there any more</source>
        <translation>{path} ist nicht mehr da</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>{part} links to 1 file that you do not have</source>
        <translation>{part} verweist auf 1 Datei, die Sie nicht haben</translation>
    </message>
    <message>
        <source>{part} links to {count} files that you do not have</source>
        <translation>{part} verweist auf {count} Dateien, die Sie nicht haben</translation>
    </message>
    <message>
        <source>Subscribing to its parts</source>
        <translation>Die Teile werden abonniert</translation>
    </message>
    <message>
        <source>No item has a file of that name.</source>
        <translation>Kein Artikel hat eine Datei dieses Namens.</translation>
    </message>
    <message>
        <source>Not all parts of {part} could be subscribed to</source>
        <translation>Nicht alle Teile von {part} konnten abonniert werden</translation>
    </message>
    <message>
        <source>Overwrite takes the newer version and keeps what your file holds for 30 days; Skip keeps your file until there is a still newer version.</source>
        <translation>„Überschreiben“ nimmt die neuere Version und hebt den Inhalt Ihrer Datei 30 Tage lang auf; „Überspringen“ behält Ihre Datei, bis es eine noch neuere Version gibt.</translation>
    </message>
    <message>
        <source>It is fetched once you close the file. Reload reads it at once, and keeps what your file holds for 30 days.</source>
        <translation>Sie wird geholt, sobald Sie die Datei schließen. „Neu laden“ liest sie sofort ein und hebt den Inhalt Ihrer Datei 30 Tage lang auf.</translation>
    </message>
    <message>
        <source>It was stopped; retry it to fetch it.</source>
        <translation>Wurde angehalten; mit „Wiederholen“ wird es geholt.</translation>
    </message>
    <message>
        <source>The server cannot be reached; it is fetched once it is back.</source>
        <translation>Der Server ist nicht erreichbar; es wird geholt, sobald er wieder da ist.</translation>
    </message>
    <message>
        <source>It waits for Sync Now.</source>
        <translation>Wartet auf „Jetzt abgleichen“.</translation>
    </message>
    <message>
        <source>Overwritten; what it replaced is kept for 30 days</source>
        <translation>Überschrieben; das Ersetzte wird 30 Tage lang aufgehoben</translation>
    </message>
    <message>
        <source>Skipped: your own copy stays</source>
        <translation>Übersprungen: Ihre eigene Kopie bleibt</translation>
    </message>
    <message>
        <source>Merged with the newer version</source>
        <translation>Mit der neueren Version zusammengeführt</translation>
    </message>
    <message>
        <source>Reloaded</source>
        <translation>Neu geladen</translation>
    </message>
    <message>
        <source>Not updated: {count} items were changed here and on the server</source>
        <translation>Nicht aktualisiert: {count} Artikel wurden hier und auf dem Server geändert</translation>
    </message>
    <message>
        <source>{numbers} and more; Sync Status lists them, each with what can be done.</source>
        <translation>{numbers} und weitere; der Abgleichstatus zeigt sie mit dem, was jeweils möglich ist.</translation>
    </message>
    <message>
        <source>Newer versions of {count} open files wait until you close them</source>
        <translation>Neuere Versionen von {count} geöffneten Dateien warten, bis Sie diese schließen</translation>
    </message>
    <message>
        <source>Sync Status lists them, with a button to read them at once.</source>
        <translation>Der Abgleichstatus zeigt sie, mit einer Schaltfläche, die sie sofort einliest.</translation>
    </message>
    <message>
        <source>Something the server lists is left out</source>
        <translation>Etwas, das der Server aufführt, wurde ausgelassen</translation>
    </message>
    <message>
        <source>And {more} more.</source>
        <translation>Und {more} weitere.</translation>
    </message>
    <message>
        <source>Not updated: {part} was changed here, and there is {wanted}</source>
        <translation>Nicht aktualisiert: {part} wurde hier geändert; neu ist {wanted}</translation>
    </message>
    <message>
        <source>{part}: {wanted} waits, as the file is open here</source>
        <translation>{part}: {wanted} wartet, weil die Datei hier geöffnet ist</translation>
    </message>
    <message>
        <source>a newer version</source>
        <translation>eine neuere Version</translation>
    </message>
    <message>
        <source>Synced: {count} items ({size} MB)</source>
        <translation>Abgeglichen: {count} Artikel ({size} MB)</translation>
    </message>
    <message>
        <source>What your file held is kept for 30 days as {path}.</source>
        <translation>Der bisherige Inhalt Ihrer Datei wird 30 Tage lang aufgehoben als {path}.</translation>
    </message>
    <message>
        <source>Synced: {number} {step}</source>
        <translation>Abgeglichen: {number} {step}</translation>
    </message>
    <message>
        <source>rev {before} → rev {now}</source>
        <translation>Rev. {before} → Rev. {now}</translation>
    </message>
    <message>
        <source>is {version}</source>
        <translation>ist {version}</translation>
    </message>
    <message>
        <source>{part} has {version}</source>
        <translation>{part} hat {version}</translation>
    </message>
    <message>
        <source>{count} parts have newer versions</source>
        <translation>{count} Teile haben neuere Versionen</translation>
    </message>
    <message>
        <source>{assemblies} is behind: {what}</source>
        <translation>{assemblies} ist nicht auf dem neuesten Stand: {what}</translation>
    </message>
    <message>
        <source>{assemblies} are behind: {what}</source>
        <translation>{assemblies} sind nicht auf dem neuesten Stand: {what}</translation>
    </message>
    <message>
        <source>{numbers} and more</source>
        <translation>{numbers} und weitere</translation>
    </message>
    <message>
        <source>Your file stays as it was. Sync Status lists it, with a button to retry.</source>
        <translation>Ihre Datei bleibt, wie sie war. Der Abgleichstatus zeigt sie, mit einer Schaltfläche zum Wiederholen.</translation>
    </message>
    <message>
        <source>Not updated: {part}. {why}</source>
        <translation>Nicht aktualisiert: {part}. {why}</translation>
    </message>
    <message>
        <source>Subscriptions could not be compared with the server</source>
        <translation>Die Abonnements konnten nicht mit dem Server verglichen werden</translation>
    </message>
    <message>
        <source>Not updated: {count} items</source>
        <translation>Nicht aktualisiert: {count} Artikel</translation>
    </message>
    <message>
        <source>Sync Status lists them, with buttons to retry.</source>
        <translation>Der Abgleichstatus zeigt sie, mit Schaltflächen zum Wiederholen.</translation>
    </message>
    <message>
        <source>Something unexpected happened ({name}); the log says more.</source>
        <translation>Etwas Unerwartetes ist geschehen ({name}); mehr steht im Protokoll.</translation>
    </message>
    <message>
        <source>Updated: {count} items that you are subscribed to</source>
        <translation>Aktualisiert: {count} Artikel, die Sie abonniert haben</translation>
    </message>
    <message>
        <source>No server is set; sign in first.</source>
        <translation>Kein Server eingestellt; melden Sie sich zuerst an.</translation>
    </message>
    <message>
        <source>Silo is stopping.</source>
        <translation>Silo wird beendet.</translation>
    </message>
    <message>
        <source>That did not work ({error}); the log says more.</source>
        <translation>Das hat nicht geklappt ({error}); mehr steht im Protokoll.</translation>
    </message>
    <message>
        <source>{how}, paused</source>
        <translation>{how}, pausiert</translation>
    </message>
    <message>
        <source>with {name}: {how}</source>
        <translation>mit {name}: {how}</translation>
    </message>
    <message>
        <source>subscribed: {how}</source>
        <translation>abonniert: {how}</translation>
    </message>
    <message>
        <source>1 item</source>
        <translation>1 Artikel</translation>
    </message>
    <message>
        <source>{count} items</source>
        <translation>{count} Artikel</translation>
    </message>
    <message>
        <source>revision {number}</source>
        <translation>Revision {number}</translation>
    </message>
    <message>
        <source>no content yet</source>
        <translation>noch kein Inhalt</translation>
    </message>
    <message>
        <source>{size} by {user}{day}</source>
        <translation>{size} von {user}{day}</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Not connected to the server yet.</source>
        <translation>Noch nicht mit dem Server verbunden.</translation>
    </message>
    <message>
        <source>There is no connection to the server.</source>
        <translation>Es besteht keine Verbindung zum Server.</translation>
    </message>
    <message>
        <source>Manage Subscriptions</source>
        <translation>Abonnements verwalten</translation>
    </message>
    <message>
        <source>What this workstation is subscribed to</source>
        <translation>Was dieser Arbeitsplatz abonniert hat</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>&amp;Pausieren</translation>
    </message>
    <message>
        <source>Bring nothing until they are resumed</source>
        <translation>Nichts holen, bis sie fortgesetzt werden</translation>
    </message>
    <message>
        <source>&amp;Resume…</source>
        <translation>&amp;Fortsetzen…</translation>
    </message>
    <message>
        <source>&amp;Unsubscribe…</source>
        <translation>Abo be&amp;enden…</translation>
    </message>
    <message>
        <source>The files stay</source>
        <translation>Die Dateien bleiben</translation>
    </message>
    <message>
        <source>&amp;Change…</source>
        <translation>&amp;Ändern…</translation>
    </message>
    <message>
        <source>What the change would do</source>
        <translation>Was die Änderung bewirken würde</translation>
    </message>
    <message>
        <source>&amp;Keep as it is</source>
        <translation>&amp;Lassen, wie es ist</translation>
    </message>
    <message>
        <source>part number, project or category</source>
        <translation>Teilenummer, Projekt oder Kategorie</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>&amp;Find:</source>
        <translation>&amp;Suchen:</translation>
    </message>
    <message>
        <source>This workstation is subscribed to nothing yet.</source>
        <translation>Dieser Arbeitsplatz hat noch nichts abonniert.</translation>
    </message>
    <message>
        <source>Nothing matches.</source>
        <translation>Nichts gefunden.</translation>
    </message>
    <message>
        <source>{count} subscriptions, {paused} of them paused.</source>
        <translation>{count} Abonnements, davon {paused} pausiert.</translation>
    </message>
    <message>
        <source>1 subscription.</source>
        <translation>1 Abonnement.</translation>
    </message>
    <message>
        <source>{count} subscriptions.</source>
        <translation>{count} Abonnements.</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausieren</translation>
    </message>
    <message>
        <source>Paused: {names}.</source>
        <translation>Pausiert: {names}.</translation>
    </message>
    <message>
        <source>&amp;Resume {count}</source>
        <translation>{count} &amp;fortsetzen</translation>
    </message>
    <message>
        <source>Active again: {names}.</source>
        <translation>Wieder aktiv: {names}.</translation>
    </message>
    <message>
        <source>&amp;Change {count}</source>
        <translation>{count} &amp;ändern</translation>
    </message>
    <message>
        <source>Changed: {names}.</source>
        <translation>Geändert: {names}.</translation>
    </message>
    <message>
        <source>&amp;Unsubscribe {count}</source>
        <translation>{count} Abos be&amp;enden</translation>
    </message>
    <message>
        <source>Not subscribed any more: {names}; the files stay.</source>
        <translation>Nicht mehr abonniert: {names}; die Dateien bleiben.</translation>
    </message>
    <message>
        <source>{names}: looking what that would do…</source>
        <translation>{names}: Es wird ermittelt, was das bewirken würde…</translation>
    </message>
    <message>
        <source>Problem: {what}</source>
        <translation>Problem: {what}</translation>
    </message>
    <message>
        <source>Latest</source>
        <translation>Neueste</translation>
    </message>
    <message>
        <source>Latest released</source>
        <translation>Neueste freigegebene</translation>
    </message>
    <message>
        <source>Pinned to a revision</source>
        <translation>Auf Revision festgelegt</translation>
    </message>
    <message>
        <source>Which version to keep up with</source>
        <translation>Welche Version verfolgt wird</translation>
    </message>
    <message>
        <source>revision </source>
        <translation>Revision </translation>
    </message>
    <message>
        <source>Revision to keep to</source>
        <translation>Festgelegte Revision</translation>
    </message>
    <message>
        <source>Keep &amp;up with:</source>
        <translation>&amp;Verfolgen:</translation>
    </message>
    <message>
        <source>Working checkpoints too: what somebody left a minute ago, finished or not.</source>
        <translation>Auch Zwischenstände: was jemand vor einer Minute verlassen hat, fertig oder nicht.</translation>
    </message>
    <message>
        <source>Formal revisions only, the newest one.</source>
        <translation>Nur formale Revisionen, jeweils die neueste.</translation>
    </message>
    <message>
        <source>That revision, whatever comes after it.</source>
        <translation>Diese Revision, was auch immer danach kommt.</translation>
    </message>
    <message>
        <source>{who} edits</source>
        <translation>{who} bearbeitet es</translation>
    </message>
    <message>
        <source>{who} edit</source>
        <translation>{who} bearbeiten es</translation>
    </message>
    <message>
        <source>{who} views</source>
        <translation>{who} sieht es an</translation>
    </message>
    <message>
        <source>{who} view</source>
        <translation>{who} sehen es an</translation>
    </message>
    <message>
        <source>you</source>
        <translation>Sie</translation>
    </message>
    <message>
        <source>{who} and {count} more</source>
        <translation>{who} und {count} weitere</translation>
    </message>
    <message>
        <source>✓ up to date</source>
        <translation>✓ aktuell</translation>
    </message>
    <message>
        <source>… pending</source>
        <translation>… ausstehend</translation>
    </message>
    <message>
        <source>⬇ downloading</source>
        <translation>⬇ wird geladen</translation>
    </message>
    <message>
        <source>◷ deferred</source>
        <translation>◷ aufgeschoben</translation>
    </message>
    <message>
        <source>⚠ conflict</source>
        <translation>⚠ Konflikt</translation>
    </message>
    <message>
        <source>↷ skipped</source>
        <translation>↷ übersprungen</translation>
    </message>
    <message>
        <source>✗ failed</source>
        <translation>✗ fehlgeschlagen</translation>
    </message>
    <message>
        <source>‖ paused</source>
        <translation>‖ pausiert</translation>
    </message>
    <message>
        <source>○ no longer subscribed</source>
        <translation>○ nicht mehr abonniert</translation>
    </message>
    <message>
        <source>working checkpoint</source>
        <translation>Zwischenstand</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>Zwischenstand</translation>
    </message>
    <message>
        <source>{what} by {user}{day}, {size}</source>
        <translation>{what} von {user}{day}, {size}</translation>
    </message>
    <message>
        <source>Sync Status</source>
        <translation>Abgleichstatus</translation>
    </message>
    <message>
        <source>Subscribed items</source>
        <translation>Abonnierte Artikel</translation>
    </message>
    <message>
        <source>&amp;Sync Now</source>
        <translation>&amp;Jetzt abgleichen</translation>
    </message>
    <message>
        <source>Compare with the server and fetch</source>
        <translation>Mit dem Server vergleichen und holen</translation>
    </message>
    <message>
        <source>&amp;Retry</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Cancel download</source>
        <translation>&amp;Download abbrechen</translation>
    </message>
    <message>
        <source>&amp;All {count}</source>
        <translation>&amp;Alle {count}</translation>
    </message>
    <message>
        <source>Silo does not keep files up to date just now.</source>
        <translation>Silo hält Dateien zurzeit nicht aktuell.</translation>
    </message>
    <message>
        <source>Syncing…</source>
        <translation>Abgleich läuft…</translation>
    </message>
    <message>
        <source>Sync Now fetches what is pending.</source>
        <translation>„Jetzt abgleichen“ holt, was aussteht.</translation>
    </message>
    <message>
        <source>Everything is up to date.</source>
        <translation>Alles ist aktuell.</translation>
    </message>
    <message>
        <source>&amp;Overwrite</source>
        <translation>Ü&amp;berschreiben</translation>
    </message>
    <message>
        <source>Take the newer version; what your file holds is kept for 30 days</source>
        <translation>Die neuere Version nehmen; der Inhalt Ihrer Datei wird 30 Tage lang aufgehoben</translation>
    </message>
    <message>
        <source>S&amp;kip</source>
        <translation>Übers&amp;pringen</translation>
    </message>
    <message>
        <source>Keep your file until there is a still newer version</source>
        <translation>Ihre Datei behalten, bis es eine noch neuere Version gibt</translation>
    </message>
    <message>
        <source>&amp;Merge</source>
        <translation>&amp;Zusammenführen</translation>
    </message>
    <message>
        <source>Join both, object by object</source>
        <translation>Beide zusammenführen, Objekt für Objekt</translation>
    </message>
    <message>
        <source>Re&amp;load</source>
        <translation>&amp;Neu laden</translation>
    </message>
    <message>
        <source>Replace the open file now, and have the editor read it again</source>
        <translation>Die geöffnete Datei jetzt ersetzen und neu einlesen</translation>
    </message>
    <message>
        <source>… Pending {count}</source>
        <translation>… Ausstehend {count}</translation>
    </message>
    <message>
        <source>Checkpoints {count}</source>
        <translation>Zwischenstände {count}</translation>
    </message>
    <message>
        <source>◷ Deferred {count}</source>
        <translation>◷ Aufgeschoben {count}</translation>
    </message>
    <message>
        <source>⚠ Conflicts {count}</source>
        <translation>⚠ Konflikte {count}</translation>
    </message>
    <message>
        <source>✗ Failed {count}</source>
        <translation>✗ Fehlgeschlagen {count}</translation>
    </message>
    <message>
        <source>All subscribed items</source>
        <translation>Alle abonnierten Artikel</translation>
    </message>
    <message>
        <source>To be fetched, or on the way</source>
        <translation>Zu holen oder unterwegs</translation>
    </message>
    <message>
        <source>Pending ones that are working states, not released revisions</source>
        <translation>Ausstehende Zwischenstände, keine freigegebenen Revisionen</translation>
    </message>
    <message>
        <source>Their file is open; they follow when it is closed</source>
        <translation>Die Datei ist geöffnet; sie folgen, wenn sie geschlossen ist</translation>
    </message>
    <message>
        <source>Changed here and on the server; you decide</source>
        <translation>Hier und auf dem Server geändert; Sie entscheiden</translation>
    </message>
    <message>
        <source>Could not be fetched</source>
        <translation>Konnten nicht geholt werden</translation>
    </message>
    <message>
        <source>Subscribe</source>
        <translation>Abonnieren</translation>
    </message>
    <message>
        <source>What can be subscribed to</source>
        <translation>Was abonniert werden kann</translation>
    </message>
    <message>
        <source>What that brings</source>
        <translation>Was das bringt</translation>
    </message>
    <message>
        <source>&amp;Subscribe</source>
        <translation>A&amp;bonnieren</translation>
    </message>
    <message>
        <source>Choose &amp;none</source>
        <translation>&amp;Nichts auswählen</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Artikel</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>Projekte</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Kategorien</translation>
    </message>
    <message>
        <source>What to subscribe to</source>
        <translation>Was abonniert werden soll</translation>
    </message>
    <message>
        <source>part number, description or file name</source>
        <translation>Teilenummer, Beschreibung oder Dateiname</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>Suche läuft…</translation>
    </message>
    <message>
        <source>The first {count}; scroll for more.</source>
        <translation>Die ersten {count}; weitere beim Blättern.</translation>
    </message>
    <message>
        <source>{count} found.</source>
        <translation>{count} gefunden.</translation>
    </message>
    <message>
        <source>1 found.</source>
        <translation>1 gefunden.</translation>
    </message>
    <message>
        <source>Check what you want to have here.</source>
        <translation>Haken Sie an, was Sie hier haben möchten.</translation>
    </message>
    <message>
        <source>Subscribing…</source>
        <translation>Wird abonniert…</translation>
    </message>
    <message>
        <source>Subscribed to {names}.</source>
        <translation>Abonniert: {names}.</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>Artikel</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>Kategorie</translation>
    </message>
    <message>
        <source>Updated: {part} — {user} finished editing {objects}</source>
        <translation>Aktualisiert: {part} – {user} ist fertig mit {objects}</translation>
    </message>
    <message>
        <source>Updated: {part} — {user} made a checkpoint</source>
        <translation>Aktualisiert: {part} – Zwischenstand von {user}</translation>
    </message>
    <message>
        <source>Released: {part} rev {before} → rev {now} by {user}</source>
        <translation>Freigegeben: {part} Rev. {before} → Rev. {now} von {user}</translation>
    </message>
    <message>
        <source>Working checkpoint (not a formal revision)</source>
        <translation>Zwischenstand (keine formale Revision)</translation>
    </message>
    <message>
        <source>somebody</source>
        <translation>jemand</translation>
    </message>
    <message>
        <source>the checkpoint of {time} UTC</source>
        <translation>der Zwischenstand vom {time} UTC</translation>
    </message>
    <message>
        <source>the checkpoint {id}</source>
        <translation>der Zwischenstand {id}</translation>
    </message>
    <message>
        <source>{what} by {user}</source>
        <translation>{what} von {user}</translation>
    </message>
    <message>
        <source>{assembly} uses {part}; you do not have {version} yet, nor newer versions of {more} more.</source>
        <translation>{assembly} verwendet {part}; {version} fehlt Ihnen noch, ebenso neuere Versionen von {more} weiteren.</translation>
    </message>
    <message>
        <source>{assembly} uses {part}; you do not have {version} yet.</source>
        <translation>{assembly} verwendet {part}; {version} fehlt Ihnen noch.</translation>
    </message>
    <message>
        <source>Updated: {part} is now {version}</source>
        <translation>Aktualisiert: {part} ist jetzt {version}</translation>
    </message>
    <message>
        <source>What your file held is kept for 30 days as {backup}.</source>
        <translation>Der bisherige Inhalt Ihrer Datei wird 30 Tage lang aufgehoben als {backup}.</translation>
    </message>
    <message>
        <source>Updated: {part} is {version} already, the newest version</source>
        <translation>Aktualisiert: {part} ist bereits {version}, die neueste Version</translation>
    </message>
    <message>
        <source>Not updated: {part}, as {why}</source>
        <translation>Nicht aktualisiert: {part}; {why}</translation>
    </message>
    <message>
        <source>Your file stays as it was.</source>
        <translation>Ihre Datei bleibt, wie sie war.</translation>
    </message>
    <message>
        <source>It was changed here since; that is not on the server yet.</source>
        <translation>Seitdem wurde es hier geändert; das ist noch nicht auf dem Server.</translation>
    </message>
    <message>
        <source>No subscription reaches it any more; it is let go once it is closed.</source>
        <translation>Kein Abonnement umfasst es mehr; sobald es geschlossen ist, wird es nicht mehr aktuell gehalten.</translation>
    </message>
    <message>
        <source>It is fetched soon.</source>
        <translation>Wird gleich geholt.</translation>
    </message>
    <message>
        <source>It is fetched soon; what your file holds is kept.</source>
        <translation>Wird gleich geholt; der Inhalt Ihrer Datei wird aufgehoben.</translation>
    </message>
    <message>
        <source>It is joined with what your file holds soon.</source>
        <translation>Wird gleich mit Ihrer Datei zusammengeführt.</translation>
    </message>
    <message>
        <source>Your own checkpoint of it is on its way first.</source>
        <translation>Zuerst wird Ihr eigener Zwischenstand gesendet.</translation>
    </message>
    <message>
        <source>It is read again now.</source>
        <translation>Wird jetzt neu eingelesen.</translation>
    </message>
    <message>
        <source>It is open; it is updated once it is closed.</source>
        <translation>Ist geöffnet; wird aktualisiert, sobald es geschlossen ist.</translation>
    </message>
    <message>
        <source>It was changed here, and there is a newer version on the server.</source>
        <translation>Es wurde hier geändert, und auf dem Server ist eine neuere Version.</translation>
    </message>
    <message>
        <source>Your own copy is kept in place of the newer version.</source>
        <translation>Ihre eigene Kopie bleibt anstelle der neueren Version.</translation>
    </message>
    <message>
        <source>It was changed here, and there is {version}.</source>
        <translation>Es wurde hier geändert; neu ist {version}.</translation>
    </message>
    <message>
        <source>There is no browser to show it in.</source>
        <translation>Es gibt keinen Browser, der es zeigen könnte.</translation>
    </message>
    <message>
        <source>No subscription reaches it any more.</source>
        <translation>Kein Abonnement umfasst es mehr.</translation>
    </message>
    <message>
        <source>It is not open any more.</source>
        <translation>Es ist nicht mehr geöffnet.</translation>
    </message>
    <message>
        <source>It is being read.</source>
        <translation>Es wird gerade gelesen.</translation>
    </message>
    <message>
        <source>An object of it is being edited; leave it first.</source>
        <translation>Ein Objekt davon wird bearbeitet; verlassen Sie es zuerst.</translation>
    </message>
    <message>
        <source>The server cannot be reached.</source>
        <translation>Der Server ist nicht erreichbar.</translation>
    </message>
    <message>
        <source>This server has no pages of items.</source>
        <translation>Dieser Server hat keine Seiten für Artikel.</translation>
    </message>
    <message>
        <source>The page of {part} cannot be shown. {message}</source>
        <translation>Die Seite von {part} kann nicht gezeigt werden. {message}</translation>
    </message>
    <message>
        <source>pinned to revision {revision}</source>
        <translation>auf Revision {revision} festgelegt</translation>
    </message>
    <message>
        <source>latest released</source>
        <translation>neueste freigegebene</translation>
    </message>
    <message>
        <source>latest</source>
        <translation>neueste</translation>
    </message>
    <message>
        <source>the project {name}</source>
        <translation>Projekt {name}</translation>
    </message>
    <message>
        <source>the category {name}</source>
        <translation>Kategorie {name}</translation>
    </message>
    <message>
        <source>{first} and {count} more</source>
        <translation>{first} und {count} weitere</translation>
    </message>
    <message>
        <source>No item belongs to this.</source>
        <translation>Dazu gehört kein Artikel.</translation>
    </message>
    <message>
        <source>{updates} of {items} would be updated, {size}</source>
        <translation>{updates} von {items} würden aktualisiert, {size}</translation>
    </message>
    <message>
        <source>{given_up} of {items} would no longer be kept up to date; they stay here</source>
        <translation>{given_up} von {items} würden nicht mehr aktuell gehalten; sie bleiben hier</translation>
    </message>
    <message>
        <source>none of {items} would be updated</source>
        <translation>keine von {items} würde aktualisiert</translation>
    </message>
    <message>
        <source>{given_up} would no longer be kept up to date</source>
        <translation>{given_up} würden nicht mehr aktuell gehalten</translation>
    </message>
    <message>
        <source>1 has no such version yet</source>
        <translation>1 hat noch keine solche Version</translation>
    </message>
    <message>
        <source>{count} have no such version yet</source>
        <translation>{count} haben noch keine solche Version</translation>
    </message>
    <message>
        <source>1 follows another subscription</source>
        <translation>1 folgt einem anderen Abonnement</translation>
    </message>
    <message>
        <source>{count} follow another subscription</source>
        <translation>{count} folgen einem anderen Abonnement</translation>
    </message>
    <message>
        <source>1 file</source>
        <translation>1 Datei</translation>
    </message>
    <message>
        <source>{count} files</source>
        <translation>{count} Dateien</translation>
    </message>
    <message>
        <source>Your file is this version by now.</source>
        <translation>Ihre Datei hat inzwischen diese Version.</translation>
    </message>
    <message>
        <source>There is a newer version by now.</source>
        <translation>Es gibt inzwischen eine neuere Version.</translation>
    </message>
    <message>
        <source>It is not open; it is fetched once what uses it is closed.</source>
        <translation>Es ist nicht geöffnet; es wird geholt, sobald geschlossen ist, was es verwendet.</translation>
    </message>
    <message>
        <source>your last checkpoint is still being sent</source>
        <translation>Ihr letzter Zwischenstand wird noch gesendet</translation>
    </message>
    <message>
        <source>Update again when it has arrived.</source>
        <translation>Aktualisieren Sie noch einmal, wenn er angekommen ist.</translation>
    </message>
    <message>
        <source>your file is not what it was when it was last in step with the server</source>
        <translation>Ihre Datei ist nicht mehr, was sie beim letzten Abgleich mit dem Server war</translation>
    </message>
    <message>
        <source>Edit an object and leave it: your changes are then pushed as a checkpoint. Or save the document under another name, and put the newest version in its place.</source>
        <translation>Bearbeiten Sie ein Objekt und verlassen Sie es: Ihre Änderungen werden dann als Zwischenstand gesendet. Oder speichern Sie das Dokument unter einem anderen Namen und legen Sie die neueste Version an seine Stelle.</translation>
    </message>
    <message>
        <source>your file was saved meanwhile</source>
        <translation>Ihre Datei wurde inzwischen gespeichert</translation>
    </message>
    <message>
        <source>Update again, if it is still behind.</source>
        <translation>Aktualisieren Sie noch einmal, wenn sie noch nicht auf dem neuesten Stand ist.</translation>
    </message>
    <message>
        <source>this went wrong half way: {why}</source>
        <translation>es ist auf halbem Weg gescheitert: {why}</translation>
    </message>
    <message>
        <source>What your file held is kept as {path}.</source>
        <translation>Der bisherige Inhalt Ihrer Datei ist aufgehoben als {path}.</translation>
    </message>
</context>
<context>
    <name>SiloWindows</name>
    <message>
        <source>Subscribe</source>
        <translation>Abonnieren</translation>
    </message>
    <message>
        <source>Have items, projects or categories kept up to date on this workstation.</source>
        <translation>Artikel, Projekte oder Kategorien auf diesem Arbeitsplatz aktuell halten lassen.</translation>
    </message>
    <message>
        <source>Manage Subscriptions</source>
        <translation>Abonnements verwalten</translation>
    </message>
    <message>
        <source>Pause, change or end what this workstation is subscribed to.</source>
        <translation>Abonnements dieses Arbeitsplatzes pausieren, ändern oder beenden.</translation>
    </message>
    <message>
        <source>Sync Status</source>
        <translation>Abgleichstatus</translation>
    </message>
    <message>
        <source>What is fetched, what waits and what needs you.</source>
        <translation>Was geholt wird, was wartet und was Ihre Entscheidung braucht.</translation>
    </message>
</context>
</TS>
