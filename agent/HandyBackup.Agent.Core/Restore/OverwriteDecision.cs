using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>What happens to an item for which something exists already. Pure: plan and restore decide alike.</summary>
internal static class OverwriteDecision
{
    /// <summary>Decides.</summary>
    /// <param name="policy">What the user wants.</param>
    /// <param name="item">The item to be written.</param>
    /// <param name="existing">What exists in its place.</param>
    /// <param name="reason">Why, where the action alone does not say it.</param>
    public static RestoreAction Decide(OverwritePolicy policy, SourceItem item, SourceItem existing, out string? reason)
    {
        reason = null;
        if (existing.Kind == SourceItemKind.Folder)
        {
            if (item.Kind == SourceItemKind.Folder)
            {
                return RestoreAction.Merge;
            }

            reason = "A folder is in its place, and a restore never removes folders.";
            return RestoreAction.Refuse;
        }

        if (item.Kind == SourceItemKind.Folder && existing.Kind == SourceItemKind.SymbolicLink)
        {
            reason = "A symbolic link is in the place of the folder, and a restore never follows links.";
            return RestoreAction.Refuse;
        }

        return policy switch
        {
            OverwritePolicy.Always => RestoreAction.Replace,
            OverwritePolicy.IfNewer => ReplaceIf(IsLater(item.Modified, existing.Modified), "What exists is not older.", out reason),
            OverwritePolicy.IfChanged => ReplaceIf(IsDifferent(item, existing), "What exists has the same size and time.", out reason),
            _ => ReplaceIf(false, "Something exists in its place.", out reason),
        };
    }

    private static RestoreAction ReplaceIf(bool condition, string otherwise, out string? reason)
    {
        reason = condition ? null : otherwise;
        return condition ? RestoreAction.Replace : RestoreAction.Skip;
    }

    // Where the existing one's time is unknown, nobody can say that it is older.
    private static bool IsLater(SourceTime? time, SourceTime? existing) =>
        time is { } left && existing is { } right
        && (left.UnixSeconds > right.UnixSeconds || (left.UnixSeconds == right.UnixSeconds && left.Nanoseconds > right.Nanoseconds));

    private static bool IsDifferent(SourceItem item, SourceItem existing) =>
        item.Kind != existing.Kind
        || existing.Modified is null
        || item.Modified != existing.Modified
        || (item.Kind == SourceItemKind.File && item.Size != existing.Size);
}
