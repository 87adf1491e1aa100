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

Type this into a terminal, then start FreeCAD again:</source>
        <translation>Silo ist noch nicht aktiv. Diese Python-Pakete fehlen oder sind zu alt:

{names}

Geben Sie dies in ein Terminal ein und starten Sie FreeCAD dann neu:</translation>
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
        <source>&amp;Silo</source>
        <translation>&amp;Silo</translation>
    </message>
    <message>
        <source>Silo</source>
        <translation>Silo</translation>
    </message>
</context>
</TS>
