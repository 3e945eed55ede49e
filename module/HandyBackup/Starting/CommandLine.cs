using System.Text;

namespace HandyBackup.Module.Starting;

/// <summary>Writes arguments as one command line, for <see cref="System.Diagnostics.ProcessStartInfo.Arguments"/> and CreateProcess.</summary>
internal static class CommandLine
{
    /// <summary>
    /// Joins arguments by the rules of the C runtime on Windows ("Parsing C command-line arguments", learn.microsoft.com); .NET
    /// takes them apart by the same rules on Unix.
    /// </summary>
    public static string Join(IEnumerable<string> arguments)
    {
        var line = new StringBuilder();
        foreach (string argument in arguments)
        {
            if (line.Length > 0)
            {
                line.Append(' ');
            }

            AppendQuoted(line, argument);
        }

        return line.ToString();
    }

    private static void AppendQuoted(StringBuilder line, string argument)
    {
        line.Append('"');
        int backslashes = 0;
        foreach (char c in argument)
        {
            if (c == '"')
            {
                // Backslashes count only before a quote: there each is doubled, and one more hides the quote.
                line.Append('\\', backslashes + 1);
            }

            backslashes = c == '\\' ? backslashes + 1 : 0;
            line.Append(c);
        }

        line.Append('\\', backslashes).Append('"');
    }
}
