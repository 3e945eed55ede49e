using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>One step of a restore: an item and what happens to it, or the end of a folder.</summary>
internal sealed record RestoreStep
{
    /// <summary>True if the walk leaves <see cref="Folder"/>; then nothing else is set.</summary>
    public bool IsEnd { get; init; }

    /// <summary>For a folder itself the folder, for everything else the one that it goes into.</summary>
    public required RestoreFolder Folder { get; init; }

    /// <summary>What is to be written, with its place; null at the end of a folder.</summary>
    public SourceItem? Item { get; init; }

    /// <summary>The item in the snapshot; null for a folder that only leads to a selection.</summary>
    public TreeNode? Node { get; init; }

    /// <summary>What happens.</summary>
    public RestoreAction Action { get; init; }

    /// <summary>The file that a file replaces, whose content may be right in part; null where there is none.</summary>
    public SourceItem? Existing { get; init; }

    /// <summary>Why an item is refused.</summary>
    public ErrorCode Code { get; init; }

    /// <summary>Why, in one sentence, where the action alone does not say it.</summary>
    public string? Reason { get; init; }

    /// <summary>The hard links that a file belongs to; null if it has one name only.</summary>
    public HardLinks? Links { get; init; }

    /// <summary>True if the item becomes a further link of <see cref="HardLinks.First"/>.</summary>
    public bool IsFurtherLink { get; init; }

    /// <summary>True if the item is written, and not left or refused.</summary>
    public bool IsWritten => Action is RestoreAction.Create or RestoreAction.Replace or RestoreAction.Merge;
}
