namespace HandyBackup.Benchmarks.Reporting;

/// <summary>A page of a head and of sections with names. A section that is put again replaces the one that is there, in its place; the others stay.</summary>
internal sealed class PageSections
{
    private const string Mark = "<!-- section ";
    private const string MarkEnd = " -->";

    private readonly List<(string Name, string Text)> _sections = [];

    private PageSections(string page)
    {
        string[] parts = page.Split(Mark);
        Head = parts[0].TrimEnd('\n') + '\n';
        foreach (string part in parts.Skip(1))
        {
            int end = part.IndexOf(MarkEnd, StringComparison.Ordinal);
            Put(part[..end], part[(end + MarkEnd.Length)..].TrimStart('\n'));
        }
    }

    /// <summary>What comes before all sections.</summary>
    public string Head { get; set; }

    /// <summary>Reads a page.</summary>
    /// <param name="file">The page; null, or one that does not exist, for an empty one.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public static async Task<PageSections> ReadAsync(string? file, CancellationToken cancellationToken) =>
        new(File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken) : "");

    /// <summary>Adds or replaces a section.</summary>
    public void Put(string name, string text)
    {
        int index = _sections.FindIndex(section => section.Name == name);
        _sections.RemoveAll(section => section.Name == name);
        _sections.Insert(index < 0 ? _sections.Count : index, (name, text.TrimEnd('\n')));
    }

    /// <summary>The page's text.</summary>
    public override string ToString() => Head + string.Concat(_sections.Select(section => $"\n{Mark}{section.Name}{MarkEnd}\n{section.Text}\n"));
}
