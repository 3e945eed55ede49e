namespace HandyBackup.Module;

/// <summary>File modes as <c>ls -l</c> shows them. The views use it.</summary>
public static class PosixMode
{
    private const int SetUser = 0x800;
    private const int SetGroup = 0x400;
    private const int Sticky = 0x200;

    /// <summary>Ten characters such as <c>-rw-r--r--</c>; only the first where there is no mode.</summary>
    /// <param name="kind">The name of an item kind.</param>
    /// <param name="mode">The twelve permission bits; null where there are none.</param>
    public static string Format(string kind, int? mode)
    {
        char first = kind switch
        {
            "Folder" => 'd',
            "SymbolicLink" => 'l',
            "BlockDevice" => 'b',
            "CharacterDevice" => 'c',
            "Fifo" => 'p',
            "Socket" => 's',
            "File" => '-',
            _ => '?',
        };
        if (mode is not { } bits)
        {
            return first.ToString();
        }

        var text = new char[10];
        text[0] = first;
        for (int i = 0; i < 9; i++)
        {
            text[i + 1] = (bits & (0x100 >> i)) != 0 ? "rwx"[i % 3] : '-';
        }

        Mark(text, 3, (bits & SetUser) != 0, 's', 'S');
        Mark(text, 6, (bits & SetGroup) != 0, 's', 'S');
        Mark(text, 9, (bits & Sticky) != 0, 't', 'T');
        return new string(text);
    }

    private static void Mark(char[] text, int at, bool isSet, char withExecute, char alone)
    {
        if (isSet)
        {
            text[at] = text[at] == 'x' ? withExecute : alone;
        }
    }
}
