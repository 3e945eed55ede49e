using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>What a restore would do with one item.</summary>
public sealed class HBRestorePlanItem
{
    internal HBRestorePlanItem(RestorePlanItem item)
    {
        Path = item.Path;
        Kind = item.Kind;
        Action = item.Action;
        Bytes = item.Bytes;
        Reason = PrintableText.CleanOrNull(item.Reason);
    }

    /// <summary>The item's place below the destination.</summary>
    public string Path { get; }

    /// <summary>What the item is.</summary>
    public ItemKind Kind { get; }

    /// <summary>What would happen.</summary>
    public RestoreAction Action { get; }

    /// <summary>Bytes that would be written.</summary>
    public long Bytes { get; }

    /// <summary>Why, where the action alone does not say it.</summary>
    public string? Reason { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Action} {Path}";
}
