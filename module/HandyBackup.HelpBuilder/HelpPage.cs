using System.Text;
using System.Text.RegularExpressions;

namespace HandyBackup.HelpBuilder;

/// <summary>The Markdown page of a cmdlet.</summary>
/// <remarks>
/// Its form: <c># Name</c>, a paragraph (the synopsis), <c>## Description</c> with paragraphs, <c>## Parameters</c> with lines
/// <c>- `-Name`: text</c>, <c>## Examples</c> with <c>### Title</c>, a fenced code block and remarks.
/// </remarks>
public sealed partial class HelpPage
{
    private const int FewestExamples = 2;

    private readonly Dictionary<string, string> _parameters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HelpExample> _examples = [];

    private HelpPage(string file) => File = file;

    /// <summary>The page's file.</summary>
    public string File { get; }

    /// <summary>What the cmdlet does, in a sentence.</summary>
    public string Synopsis { get; private set; } = "";

    /// <summary>The paragraphs of the description.</summary>
    public IReadOnlyList<string> Description { get; private set; } = [];

    /// <summary>The text for each parameter.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _parameters;

    /// <summary>The examples.</summary>
    public IReadOnlyList<HelpExample> Examples => _examples;

    /// <summary>Reads a page.</summary>
    /// <exception cref="HelpPageException">A part is missing.</exception>
    public static HelpPage Read(string file)
    {
        var page = new HelpPage(file);
        string[] lines = System.IO.File.ReadAllLines(file);
        string title = "# " + Path.GetFileNameWithoutExtension(file);
        if (lines.Length == 0 || lines[0] != title)
        {
            throw new HelpPageException(file, $"the first line must be '{title}'.");
        }

        int at = 1;
        page.Synopsis = string.Join(' ', Paragraphs(Section(lines, ref at, "## ")));
        while (at < lines.Length)
        {
            string heading = lines[at++];
            page.Take(heading, Section(lines, ref at, "## "));
        }

        page.Check();
        return page;
    }

    /// <summary>The text without Markdown's marks for code.</summary>
    public static string Plain(string text) => text.Replace("`", "", StringComparison.Ordinal);

    private void Take(string heading, List<string> body)
    {
        switch (heading)
        {
            case "## Description":
                Description = Paragraphs(body);
                break;
            case "## Parameters":
                TakeParameters(body);
                break;
            case "## Examples":
                TakeExamples(body);
                break;
            default:
                throw new HelpPageException(File, $"unknown heading '{heading}'.");
        }
    }

    private void TakeParameters(List<string> body)
    {
        foreach (string line in body)
        {
            if (line.Length == 0)
            {
                continue;
            }

            Match match = ParameterLine().Match(line);
            if (!match.Success || !_parameters.TryAdd(match.Groups["name"].Value, Plain(match.Groups["text"].Value)))
            {
                throw new HelpPageException(File, $"not a parameter's line, or a second one: '{line}'.");
            }
        }
    }

    private void TakeExamples(List<string> body)
    {
        int at = 0;
        while (at < body.Count && !body[at].StartsWith("### ", StringComparison.Ordinal))
        {
            at++;
        }

        while (at < body.Count)
        {
            string title = body[at++][4..];
            List<string> text = Section(body, ref at, "### ");
            int open = text.IndexOf("```powershell");
            int close = open < 0 ? -1 : text.IndexOf("```", open + 1);
            if (close < 0)
            {
                throw new HelpPageException(File, $"the example '{title}' has no ```powershell block.");
            }

            _examples.Add(new HelpExample(title, string.Join('\n', text[(open + 1)..close]), Paragraphs(text[(close + 1)..])));
        }
    }

    private void Check()
    {
        if (Synopsis.Length == 0 || Description.Count == 0)
        {
            throw new HelpPageException(File, "synopsis or description is missing.");
        }

        if (_examples.Count < FewestExamples)
        {
            throw new HelpPageException(File, $"{FewestExamples} examples are the least.");
        }
    }

    private static List<string> Section(IReadOnlyList<string> lines, ref int at, string nextHeading)
    {
        var section = new List<string>();
        while (at < lines.Count && !lines[at].StartsWith(nextHeading, StringComparison.Ordinal))
        {
            section.Add(lines[at++]);
        }

        return section;
    }

    private static List<string> Paragraphs(IEnumerable<string> lines)
    {
        var paragraphs = new List<string>();
        var current = new StringBuilder();
        foreach (string line in lines.Append(""))
        {
            if (line.Length > 0)
            {
                current.Append(current.Length > 0 ? " " : "").Append(line.Trim());
            }
            else if (current.Length > 0)
            {
                paragraphs.Add(Plain(current.ToString()));
                current.Clear();
            }
        }

        return paragraphs;
    }

    [GeneratedRegex("^- `-(?<name>\\w+)`: (?<text>.+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex ParameterLine();
}
