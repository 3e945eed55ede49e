using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A kind of source that an agent offers.</summary>
public sealed class HBSource
{
    internal HBSource(SourceDescription description)
    {
        Kind = PrintableText.Clean(description.Kind);
        Description = PrintableText.Clean(description.Description);
        CanRestore = description.CanRestore;
        Options = new HBSourceOption[description.Options.Count];
        for (int i = 0; i < Options.Length; i++)
        {
            Options[i] = new HBSourceOption(description.Options[i]);
        }
    }

    /// <summary>The stable name, such as <c>Files</c>: what -Source takes.</summary>
    public string Kind { get; }

    /// <summary>One sentence on what it shows.</summary>
    public string Description { get; }

    /// <summary>True if items can be written back.</summary>
    public bool CanRestore { get; }

    /// <summary>The options it takes: what -Option takes.</summary>
    public HBSourceOption[] Options { get; }

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
