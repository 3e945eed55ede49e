namespace HandyBackup.Testing;

/// <summary>What a run of restic gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
public sealed record ResticResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Fails the test with all that restic said, unless it succeeded.</summary>
    public ResticResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"restic ended with {ExitCode}.\n{Output}\n{Errors}");
        return this;
    }

    /// <summary>Fails the test unless restic failed and named the reason.</summary>
    public ResticResult Failed(string reason)
    {
        Assert.True(ExitCode != 0, $"restic was expected to fail.\n{Output}\n{Errors}");
        Assert.Contains(reason, Errors, StringComparison.OrdinalIgnoreCase);
        return this;
    }
}
