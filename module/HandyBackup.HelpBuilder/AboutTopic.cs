using System.Text;

namespace HandyBackup.HelpBuilder;

/// <summary>Turns an about_ page into the text that Get-Help shows.</summary>
public static class AboutTopic
{
    /// <summary>Headings in capitals, all else indented, as about_ topics are written.</summary>
    public static string ToText(string name, IEnumerable<string> markdown)
    {
        var text = new StringBuilder();
        bool inCode = false;
        foreach (string line in markdown)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inCode = !inCode;
            }
            else if (!inCode && line.StartsWith("# ", StringComparison.Ordinal))
            {
                text.Append("TOPIC\n    ").Append(name).Append('\n');
            }
            else if (!inCode && line.StartsWith("## ", StringComparison.Ordinal))
            {
                text.Append(line[3..].ToUpperInvariant()).Append('\n');
            }
            else if (line.Length == 0)
            {
                text.Append('\n');
            }
            else
            {
                text.Append(inCode ? "        " : "    ").Append(inCode ? line : HelpPage.Plain(line)).Append('\n');
            }
        }

        return text.ToString();
    }
}
