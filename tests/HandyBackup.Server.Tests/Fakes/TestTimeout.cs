namespace HandyBackup.Server.Tests.Fakes;

/// <summary>The limit of every wait in a test.</summary>
internal static class TestTimeout
{
    /// <summary>Cancelled after thirty seconds, or when the test is.</summary>
    public static CancellationToken Token => After(TimeSpan.FromSeconds(30));

    /// <summary>Cancelled after three minutes, for runs that move many bytes, or when the test is.</summary>
    public static CancellationToken Long => After(TimeSpan.FromMinutes(3));

    private static CancellationToken After(TimeSpan limit)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(limit);
        return source.Token;
    }
}
