namespace HandyBackup.Repository.Tests.Verification;

/// <summary>A clock that stands until the test sets it.</summary>
internal sealed class SetTimeProvider : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
