<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Silo</name>
    <message>
        <source>Silo needs some Python packages</source>
        <translation>Silo braucht einige Python-Pakete</translation>
    </message>
    <message>
        <source>Silo is not active yet. These Python packages are missing or too old:

{names}

Leave FreeCAD open, type this into a terminal (on Windows: the Command Prompt), and start FreeCAD again when it is done:</source>
        <translation>Silo ist noch nicht aktiv. Diese Python-Pakete fehlen oder sind zu alt:

{names}

Lassen Sie FreeCAD geöffnet, geben Sie dies in ein Terminal ein (unter Windows: die Eingabeaufforderung) und starten Sie FreeCAD neu, wenn es fertig ist:</translation>
    </message>
    <message>
        <source>Command that installs the packages</source>
        <translation>Befehl, der die Pakete installiert</translation>
    </message>
    <message>
        <source>&amp;Copy Command</source>
        <translation>Befehl &amp;kopieren</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Allgemein</translation>
    </message>
    <message>
        <source>Silo</source>
        <translation>Silo</translation>
    </message>
</context>
</TS>
