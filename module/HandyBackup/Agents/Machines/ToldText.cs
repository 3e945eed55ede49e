using System.Text;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>What a program or another machine said, as a part of one sentence of ours.</summary>
internal static class ToldText
{
    private const int Longest = 2000;

    private static readonly char[] s_lineEnds = ['\r', '\n'];

    /// <summary>The lines as one; where a line has no end of a sentence, a semicolon parts it from the next. Cut off where nobody would read on.</summary>
    public static string Join(string text)
    {
        var joined = new StringBuilder();
        foreach (string line in text.Split(s_lineEnds).Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (joined.Length > 0)
            {
                joined.Append(".:;,!?".IndexOf(joined[joined.Length - 1]) < 0 ? "; " : " ");
            }

            joined.Append(line);
        }

        return joined.Length <= Longest ? joined.ToString() : joined.ToString(0, Longest) + " …";
    }
}
