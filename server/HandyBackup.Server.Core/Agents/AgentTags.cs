using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>What administrators mark agents with: texts that are compared without regard to case.</summary>
internal static class AgentTags
{
    /// <summary>The most tags that an agent may have.</summary>
    public const int Maximum = 32;

    /// <summary>Tags with the changes of a request, by name.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> for a text that cannot be a tag, or too many.</exception>
    public static IReadOnlyList<string> Change(IReadOnlyList<string> tags, UpdateAgentRequest request)
    {
        HashSet<string> removed = [.. request.RemoveTags.Select(NameKey.Of)];
        string[] changed =
        [
            .. (request.Tags ?? tags).Concat(request.AddTags).Where(tag => !removed.Contains(NameKey.Of(tag))).DistinctBy(NameKey.Of).OrderBy(NameKey.Of, StringComparer.Ordinal),
        ];
        foreach (string tag in changed)
        {
            NameRule.Check(tag, "tag");
        }

        return changed.Length <= Maximum ? changed : throw new HandyBackupException(ErrorCode.InvalidArgument, $"The agent would have {changed.Length} tags.") { Target = request.Agent, Advice = $"Use {Maximum} at most." };
    }
}
