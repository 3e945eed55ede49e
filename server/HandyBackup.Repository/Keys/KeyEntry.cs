using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>One key file as a listing shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="UserName">Who made it; empty if damaged.</param>
/// <param name="HostName">Where it was made; empty if damaged.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Error">Why it cannot be read; null if it can.</param>
public sealed record KeyEntry(KeyId Id, string UserName, string HostName, DateTimeOffset Created, ErrorInfo? Error);
