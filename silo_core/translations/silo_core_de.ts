<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Silo</name>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
</context>
<context>
    <name>SiloAlert</name>
    <message>
        <source>Silo</source>
        <translation>Silo</translation>
    </message>
</context>
<context>
    <name>SiloButtons</name>
    <message>
        <source>Switch On Again</source>
        <translation>Wieder einschalten</translation>
    </message>
</context>
<context>
    <name>SiloKinds</name>
    <message>
        <source>Checkpoint</source>
        <translation>Zwischenstand</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>Blockiert</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>Warnung</translation>
    </message>
    <message>
        <source>Handoff</source>
        <translation>Übergabe</translation>
    </message>
    <message>
        <source>Edit session</source>
        <translation>Bearbeitung</translation>
    </message>
    <message>
        <source>Updated</source>
        <translation>Aktualisiert</translation>
    </message>
    <message>
        <source>Synced</source>
        <translation>Abgeglichen</translation>
    </message>
    <message>
        <source>Conflict</source>
        <translation>Konflikt</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>Problem</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>Hinweis</translation>
    </message>
</context>
<context>
    <name>SiloLogin</name>
    <message>
        <source>Sign in to Silo</source>
        <translation>Bei Silo anmelden</translation>
    </message>
    <message>
        <source>&amp;Sign In</source>
        <translation>&amp;Anmelden</translation>
    </message>
    <message>
        <source>from {variable} in the environment</source>
        <translation>aus {variable} in der Umgebung</translation>
    </message>
    <message>
        <source>&amp;Test Connection</source>
        <translation>Verbindung &amp;testen</translation>
    </message>
    <message>
        <source>Server &amp;address:</source>
        <translation>Se&amp;rveradresse:</translation>
    </message>
    <message>
        <source>T&amp;oken:</source>
        <translation>T&amp;oken:</translation>
    </message>
    <message>
        <source>Work on the same parts as your team</source>
        <translation>Mit Ihrem Team an denselben Teilen arbeiten</translation>
    </message>
    <message>
        <source>Both come from whoever runs your server. The token goes into this computer&apos;s keyring, and into no file.</source>
        <translation>Beides erhalten Sie von der Person, die Ihren Server betreibt. Das Token kommt in den Schlüsselbund dieses Rechners und in keine Datei.</translation>
    </message>
    <message>
        <source>Enter the server&apos;s address first.</source>
        <translation>Geben Sie zuerst die Adresse des Servers ein.</translation>
    </message>
    <message>
        <source>Asking {server} …</source>
        <translation>{server} wird gefragt …</translation>
    </message>
    <message>
        <source>{server} knows you as {user} ({role}).</source>
        <translation>{server} kennt Sie als {user} ({role}).</translation>
    </message>
    <message>
        <source>{server} accepts the token.</source>
        <translation>{server} nimmt das Token an.</translation>
    </message>
</context>
<context>
    <name>SiloMarks</name>
    <message>
        <source>{user} has this part open, at {where}</source>
        <translation>{user} hat dieses Teil geöffnet, an {where}</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>und {count} weitere</translation>
    </message>
    <message>
        <source>You cannot edit it at the same time.</source>
        <translation>Sie können es nicht gleichzeitig bearbeiten.</translation>
    </message>
    <message>
        <source>Has a newer version ({what}) that you do not have yet</source>
        <translation>Hat eine neuere Version ({what}), die Sie noch nicht haben</translation>
    </message>
    <message>
        <source>Uses {part}, whose newer version ({what}) you do not have yet</source>
        <translation>Verwendet {part}, dessen neuere Version ({what}) Sie noch nicht haben</translation>
    </message>
    <message>
        <source>rev {number}</source>
        <translation>Rev. {number}</translation>
    </message>
    <message>
        <source>a checkpoint</source>
        <translation>ein Zwischenstand</translation>
    </message>
    <message>
        <source>by {user}</source>
        <translation>von {user}</translation>
    </message>
    <message>
        <source>{user} edits {what}, at {where}, {since}</source>
        <translation>{user} bearbeitet {what}, an {where}, {since}</translation>
    </message>
    <message>
        <source>Not known while offline.</source>
        <translation>Offline nicht bekannt.</translation>
    </message>
    <message>
        <source>As it was {age}; unknown while offline.</source>
        <translation>Stand {age}; offline nicht bekannt.</translation>
    </message>
</context>
<context>
    <name>SiloMoments</name>
    <message>
        <source>{count} s ago</source>
        <translation>vor {count} s</translation>
    </message>
    <message>
        <source>{count} d ago</source>
        <translation>vor {count} Tg.</translation>
    </message>
    <message>
        <source>{count} h ago</source>
        <translation>vor {count} h</translation>
    </message>
    <message>
        <source>{count} min ago</source>
        <translation>vor {count} min</translation>
    </message>
    <message>
        <source>since {time}</source>
        <translation>seit {time}</translation>
    </message>
</context>
<context>
    <name>SiloNew</name>
    <message>
        <source>New part in Silo</source>
        <translation>Neues Teil in Silo</translation>
    </message>
    <message>
        <source>&amp;Create</source>
        <translation>An&amp;legen</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Assembly</source>
        <translation>Baugruppe</translation>
    </message>
    <message>
        <source>Part &amp;number:</source>
        <translation>Teile&amp;nummer:</translation>
    </message>
    <message>
        <source>&amp;Description:</source>
        <translation>&amp;Beschreibung:</translation>
    </message>
    <message>
        <source>&amp;Kind:</source>
        <translation>A&amp;rt:</translation>
    </message>
    <message>
        <source>Put {file} under a part number</source>
        <translation>{file} eine Teilenummer geben</translation>
    </message>
    <message>
        <source>Put a document under a part number</source>
        <translation>Einem Dokument eine Teilenummer geben</translation>
    </message>
    <message>
        <source>Open the document first that is to be put on the server.</source>
        <translation>Öffnen Sie zuerst das Dokument, das auf den Server soll.</translation>
    </message>
    <message>
        <source>Save the document first, with File &gt; Save.</source>
        <translation>Speichern Sie das Dokument zuerst mit Datei &gt; Speichern.</translation>
    </message>
    <message>
        <source>It belongs to {item} already.</source>
        <translation>Es gehört bereits zu {item}.</translation>
    </message>
    <message>
        <source>A part number is a letter or digit, then letters, digits, dots, dashes or underscores.</source>
        <translation>Eine Teilenummer ist ein Buchstabe oder eine Ziffer, dann Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche.</translation>
    </message>
    <message>
        <source>Making {item} …</source>
        <translation>{item} wird angelegt …</translation>
    </message>
    <message>
        <source>First version</source>
        <translation>Erste Version</translation>
    </message>
    <message>
        <source>Uploading {file} …</source>
        <translation>{file} wird hochgeladen …</translation>
    </message>
    <message>
        <source>{why} The document has its number; [Create] tries again to upload {file}.</source>
        <translation>{why} Das Dokument hat seine Nummer; [Anlegen] lädt {file} noch einmal hoch.</translation>
    </message>
</context>
<context>
    <name>SiloNotice</name>
    <message>
        <source>Close this notice</source>
        <translation>Diesen Hinweis schließen</translation>
    </message>
    <message>
        <source>Details of the notice</source>
        <translation>Einzelheiten des Hinweises</translation>
    </message>
</context>
<context>
    <name>SiloOpen</name>
    <message>
        <source>Open from Silo</source>
        <translation>Aus Silo öffnen</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Part number or description</source>
        <translation>Teilenummer oder Beschreibung</translation>
    </message>
    <message>
        <source>Search for a part</source>
        <translation>Nach einem Teil suchen</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Teil</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Newest version</source>
        <translation>Neueste Version</translation>
    </message>
    <message>
        <source>Parts on the server</source>
        <translation>Teile auf dem Server</translation>
    </message>
    <message>
        <source>Fetching {item} …</source>
        <translation>{item} wird geholt …</translation>
    </message>
    <message>
        <source>{file} links parts that are not here</source>
        <translation>{file} verweist auf Teile, die nicht hier sind</translation>
    </message>
    <message>
        <source>The server has no item with such a file: {names}</source>
        <translation>Der Server hat keinen Artikel mit einer solchen Datei: {names}</translation>
    </message>
    <message>
        <source>No part matches.</source>
        <translation>Kein Teil gefunden.</translation>
    </message>
    <message>
        <source>The server has no parts yet: put one there with Silo &gt; New Part from This Document.</source>
        <translation>Der Server hat noch keine Teile: Legen Sie eines mit Silo &gt; Neues Teil aus diesem Dokument an.</translation>
    </message>
    <message>
        <source>The first {count}; type to find others.</source>
        <translation>Die ersten {count}; tippen Sie, um andere zu finden.</translation>
    </message>
    <message>
        <source>no content yet</source>
        <translation>noch kein Inhalt</translation>
    </message>
    <message>
        <source>{when} by {user}</source>
        <translation>{when} von {user}</translation>
    </message>
</context>
<context>
    <name>SiloProblems</name>
    <message>
        <source>A setting is not used</source>
        <translation>Eine Einstellung wird nicht verwendet</translation>
    </message>
    <message>
        <source>The local store was damaged, and a new one was begun</source>
        <translation>Die lokale Datenbank war beschädigt; eine neue wurde begonnen</translation>
    </message>
    <message>
        <source>The damaged one is kept as {path}.</source>
        <translation>Die beschädigte ist aufgehoben als {path}.</translation>
    </message>
    <message>
        <source>Silo has stopped, and nobody is told what you edit</source>
        <translation>Silo ist angehalten, und niemand erfährt, was Sie bearbeiten</translation>
    </message>
    <message>
        <source>Save your work, and start the editor again.</source>
        <translation>Speichern Sie Ihre Arbeit und starten Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The plugin {name} is not in use</source>
        <translation>Das Plugin {name} ist nicht in Gebrauch</translation>
    </message>
    <message>
        <source>The plugin {name} was at work for a long time</source>
        <translation>Das Plugin {name} hat lange gearbeitet</translation>
    </message>
    <message>
        <source>The plugin {name} kept the editor waiting</source>
        <translation>Das Plugin {name} hat das Programm warten lassen</translation>
    </message>
    <message>
        <source>Tell its author. One that does so twice is switched off.</source>
        <translation>Sagen Sie es dem Autor. Ein Plugin, das dies zweimal tut, wird abgeschaltet.</translation>
    </message>
    <message>
        <source>The plugin {name} was still at work when your editor ended</source>
        <translation>Das Plugin {name} arbeitete noch, als Ihr Programm beendet wurde</translation>
    </message>
    <message>
        <source>The server stays the same until the editor is started again</source>
        <translation>Der Server bleibt derselbe, bis das Programm neu gestartet wird</translation>
    </message>
    <message>
        <source>There is no activity pane without it.</source>
        <translation>Ohne es gibt es keinen Bereich „Silo-Aktivität“.</translation>
    </message>
    <message>
        <source>You edit without checkpoints: nobody else gets what you leave.</source>
        <translation>Sie bearbeiten ohne Zwischenstände: Niemand sonst bekommt, was Sie verlassen.</translation>
    </message>
    <message>
        <source>You edit without locking: others are not kept out of what you edit, nor you out of what they edit.</source>
        <translation>Sie bearbeiten ohne Sperren: Andere werden nicht von dem ferngehalten, was Sie bearbeiten, und Sie nicht von dem, was andere bearbeiten.</translation>
    </message>
    <message>
        <source>What two people changed in one part is not joined without it.</source>
        <translation>Was zwei Personen an einem Teil geändert haben, wird ohne es nicht zusammengeführt.</translation>
    </message>
    <message>
        <source>Your copies of subscribed parts are not kept up to date without it.</source>
        <translation>Ihre Kopien abonnierter Teile werden ohne es nicht auf dem neuesten Stand gehalten.</translation>
    </message>
</context>
<context>
    <name>SiloQuestion</name>
    <message>
        <source>Silo</source>
        <translation>Silo</translation>
    </message>
    <message>
        <source>Text of the question</source>
        <translation>Text der Frage</translation>
    </message>
</context>
<context>
    <name>SiloSettings</name>
    <message>
        <source>Address of the Silo server, for example https://silo.example</source>
        <translation>Adresse des Silo-Servers, zum Beispiel https://silo.example</translation>
    </message>
    <message>
        <source>Folder in which the files of items are kept</source>
        <translation>Ordner, in dem die Dateien der Artikel liegen</translation>
    </message>
    <message>
        <source>Take an edit session before an object is edited</source>
        <translation>Ein Objekt reservieren, bevor es bearbeitet wird</translation>
    </message>
    <message>
        <source>Push a checkpoint when a sketch or body is left</source>
        <translation>Beim Verlassen einer Skizze oder eines Körpers einen Zwischenstand senden</translation>
    </message>
    <message>
        <source>Milliseconds the editor waits for the server before it lets the user in provisionally</source>
        <translation>Millisekunden, die auf den Server gewartet wird, bevor das Bearbeiten vorläufig beginnt</translation>
    </message>
    <message>
        <source>Download what subscriptions bring</source>
        <translation>Herunterladen, was Abonnements bringen</translation>
    </message>
    <message>
        <source>Compare subscriptions after connecting</source>
        <translation>Abonnements nach dem Verbinden abgleichen</translation>
    </message>
    <message>
        <source>Tell when a subscribed item has changed</source>
        <translation>Melden, wenn sich ein abonnierter Artikel geändert hat</translation>
    </message>
    <message>
        <source>Downloads at the same time</source>
        <translation>Gleichzeitige Downloads</translation>
    </message>
    <message>
        <source>Names of plugins not to load, for example [&quot;activity&quot;]</source>
        <translation>Namen der Plugins, die nicht geladen werden, zum Beispiel [&quot;activity&quot;]</translation>
    </message>
    <message>
        <source>Silo Settings</source>
        <translation>Silo-Einstellungen</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>&amp;Speichern</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Server</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>Arbeiten</translation>
    </message>
    <message>
        <source>From plugins</source>
        <translation>Von Plugins</translation>
    </message>
    <message>
        <source>Plugins</source>
        <translation>Plugins</translation>
    </message>
    <message>
        <source>Sign &amp;In…</source>
        <translation>&amp;Anmelden…</translation>
    </message>
    <message>
        <source>Another server, or another token</source>
        <translation>Ein anderer Server oder ein anderes Token</translation>
    </message>
    <message>
        <source>&amp;Test Connection</source>
        <translation>Verbindung &amp;testen</translation>
    </message>
    <message>
        <source>Server:</source>
        <translation>Server:</translation>
    </message>
    <message>
        <source>State:</source>
        <translation>Zustand:</translation>
    </message>
    <message>
        <source>The token is kept in this computer&apos;s keyring, and in no file.</source>
        <translation>Das Token liegt im Schlüsselbund dieses Rechners und in keiner Datei.</translation>
    </message>
    <message>
        <source>It Is &amp;There</source>
        <translation>Tritt au&amp;f</translation>
    </message>
    <message>
        <source>It Is &amp;Gone</source>
        <translation>Tritt &amp;nicht auf</translation>
    </message>
    <message>
        <source>Stop Sea&amp;rching</source>
        <translation>Suche &amp;beenden</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Beendet.</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keiner</translation>
    </message>
    <message>
        <source>From the next start on, these plugins are on: {names}. Start the editor anew, try, and come back here to say what you see.</source>
        <translation>Ab dem nächsten Start sind diese Plugins eingeschaltet: {names}. Starten Sie das Programm neu, probieren Sie es aus und sagen Sie hier, was Sie sehen.</translation>
    </message>
    <message>
        <source>These plugins are on now: {names}. Is the trouble there?</source>
        <translation>Diese Plugins sind jetzt eingeschaltet: {names}. Tritt die Störung auf?</translation>
    </message>
    <message>
        <source>The plugins are not to blame: the trouble does not come and go with them.</source>
        <translation>Die Plugins sind nicht schuld: Die Störung kommt und geht nicht mit ihnen.</translation>
    </message>
    <message>
        <source>The plugin {name} is the cause.</source>
        <translation>Das Plugin {name} ist die Ursache.</translation>
    </message>
    <message>
        <source>It takes these plugins together: {names}.</source>
        <translation>Es liegt an diesen Plugins zusammen: {names}.</translation>
    </message>
    <message>
        <source>Not signed in.</source>
        <translation>Nicht angemeldet.</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Verbindung wird aufgebaut…</translation>
    </message>
    <message>
        <source>Connected as {user}.</source>
        <translation>Verbunden als {user}.</translation>
    </message>
    <message>
        <source>Offline.</source>
        <translation>Offline.</translation>
    </message>
    <message>
        <source>Refused.</source>
        <translation>Abgewiesen.</translation>
    </message>
    <message>
        <source>Asking {server} …</source>
        <translation>{server} wird gefragt …</translation>
    </message>
    <message>
        <source>The server answers, and knows you as {user} ({role}).</source>
        <translation>Der Server antwortet und kennt Sie als {user} ({role}).</translation>
    </message>
    <message>
        <source>The server answers, and accepts the token.</source>
        <translation>Der Server antwortet und nimmt das Token an.</translation>
    </message>
    <message>
        <source>Given by {variable} in the environment.</source>
        <translation>Vorgegeben durch {variable} in der Umgebung.</translation>
    </message>
    <message>
        <source>Plugin</source>
        <translation>Plugin</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>Was gefunden wurde</translation>
    </message>
    <message>
        <source>What is switched on or off here is so from the next start on.</source>
        <translation>Was hier ein- oder ausgeschaltet wird, gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Switch On &amp;Again</source>
        <translation>&amp;Wieder einschalten</translation>
    </message>
    <message>
        <source>✘ switched off</source>
        <translation>✘ abgeschaltet</translation>
    </message>
    <message>
        <source>&amp;Find Problems</source>
        <translation>&amp;Probleme suchen</translation>
    </message>
    <message>
        <source>Look at plugins, settings, server, clock and stores</source>
        <translation>Plugins, Einstellungen, Server, Uhr und Datenbanken prüfen</translation>
    </message>
    <message>
        <source>✔ on</source>
        <translation>✔ ein</translation>
    </message>
    <message>
        <source>{plugin} is called again.</source>
        <translation>{plugin} wird wieder aufgerufen.</translation>
    </message>
    <message>
        <source>Use the chosen plugin again, which failed or hung before</source>
        <translation>Das gewählte Plugin wieder verwenden, das versagt hat oder hängen blieb</translation>
    </message>
    <message>
        <source>Show &amp;Calls</source>
        <translation>A&amp;ufrufe zeigen</translation>
    </message>
    <message>
        <source>What plugins were called for, and how long each took</source>
        <translation>Wofür Plugins aufgerufen wurden und wie lange jedes brauchte</translation>
    </message>
    <message>
        <source>Save &amp;Report…</source>
        <translation>Be&amp;richt speichern…</translation>
    </message>
    <message>
        <source>For a bug report, without tokens, names and addresses</source>
        <translation>Für eine Fehlermeldung, ohne Token, Namen und Adressen</translation>
    </message>
    <message>
        <source>Find the C&amp;ulprit…</source>
        <translation>Schu&amp;ldigen suchen…</translation>
    </message>
    <message>
        <source>Find the plugin that causes a trouble, by halves</source>
        <translation>Das Plugin finden, das eine Störung verursacht, durch Halbieren</translation>
    </message>
    <message>
        <source>– on from the next start</source>
        <translation>– ein ab dem nächsten Start</translation>
    </message>
    <message>
        <source>{plugin} is used again from the next start on.</source>
        <translation>{plugin} wird ab dem nächsten Start wieder verwendet.</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Prüfung läuft …</translation>
    </message>
    <message>
        <source>Nothing is wrong.</source>
        <translation>Alles in Ordnung.</translation>
    </message>
    <message>
        <source>What was found stands below the plugins.</source>
        <translation>Was gefunden wurde, steht unter den Plugins.</translation>
    </message>
    <message>
        <source>Save Report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>{path} is the report; read it before you send it.</source>
        <translation>{path} ist der Bericht; lesen Sie ihn, bevor Sie ihn senden.</translation>
    </message>
    <message>
        <source>– off</source>
        <translation>– aus</translation>
    </message>
    <message>
        <source>✘ failed</source>
        <translation>✘ fehlgeschlagen</translation>
    </message>
    <message>
        <source>Setting: {key}</source>
        <translation>Einstellung: {key}</translation>
    </message>
    <message>
        <source>one a line</source>
        <translation>eines je Zeile</translation>
    </message>
</context>
<context>
    <name>SiloStatus</name>
    <message>
        <source>edits {objects}</source>
        <translation>bearbeitet {objects}</translation>
    </message>
    <message>
        <source>has it open</source>
        <translation>hat es geöffnet</translation>
    </message>
    <message>
        <source>online</source>
        <translation>verbunden</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>verbindet</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>offline</translation>
    </message>
    <message>
        <source>not signed in</source>
        <translation>nicht angemeldet</translation>
    </message>
    <message>
        <source>Signed in as {user} at {server}</source>
        <translation>Angemeldet als {user} bei {server}</translation>
    </message>
    <message>
        <source>nobody else here</source>
        <translation>sonst niemand hier</translation>
    </message>
    <message>
        <source>{users} and {count} more here</source>
        <translation>{users} und {count} weitere hier</translation>
    </message>
    <message>
        <source>{users} here</source>
        <translation>{users} hier</translation>
    </message>
</context>
<context>
    <name>SiloSyncManager</name>
    <message>
        <source>{count} files, {size} MB</source>
        <translation>{count} Dateien, {size} MB</translation>
    </message>
    <message>
        <source>It was changed here and on the server.</source>
        <translation>Es wurde hier und auf dem Server geändert.</translation>
    </message>
</context>
<context>
    <name>SiloTask</name>
    <message>
        <source>There is no connection to a server; sign in with Silo &gt; Sign In.</source>
        <translation>Es besteht keine Verbindung zu einem Server; melden Sie sich mit Silo &gt; Anmelden an.</translation>
    </message>
    <message>
        <source>Something unexpected happened ({name}); the log says more.</source>
        <translation>Etwas Unerwartetes ist geschehen ({name}); mehr steht im Protokoll.</translation>
    </message>
</context>
<context>
    <name>SiloWindows</name>
    <message>
        <source>Sign In…</source>
        <translation>Anmelden…</translation>
    </message>
    <message>
        <source>Say which Silo server is yours, and who you are</source>
        <translation>Angeben, welcher Silo-Server Ihrer ist und wer Sie sind</translation>
    </message>
    <message>
        <source>Open from Silo…</source>
        <translation>Aus Silo öffnen…</translation>
    </message>
    <message>
        <source>Open a part from the server, fetched into your workspace</source>
        <translation>Ein Teil vom Server in Ihren Arbeitsordner holen und öffnen</translation>
    </message>
    <message>
        <source>New Part from This Document…</source>
        <translation>Neues Teil aus diesem Dokument…</translation>
    </message>
    <message>
        <source>Put the document in front under a part number, so that your team can work on it</source>
        <translation>Dem Dokument im Vordergrund eine Teilenummer geben, damit Ihr Team daran arbeiten kann</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Server, settings and plugins of Silo</source>
        <translation>Server, Einstellungen und Plugins von Silo</translation>
    </message>
</context>
</TS>
