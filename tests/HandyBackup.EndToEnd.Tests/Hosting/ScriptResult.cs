using System.Management.Automation;

namespace HandyBackup.EndToEnd.Tests.Hosting;

/// <summary>What a script did.</summary>
internal sealed record ScriptResult(IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors)
{
    /// <summary>The codes of the errors, in order.</summary>
    public IEnumerable<string> ErrorIds => Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]);

    /// <summary>The only object that was written.</summary>
    public PSObject Single()
    {
        Assert.True(Output.Count == 1, $"{Output.Count} objects, and these errors:\n{string.Join('\n', Errors.Select(error => $"{error.FullyQualifiedErrorId} [{error.TargetObject}] {error}"))}");
        return Output[0];
    }
}
