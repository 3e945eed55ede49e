namespace HandyBackup.Module;

/// <summary>Whether machines can enrol with a token.</summary>
public enum EnrollmentTokenState
{
    /// <summary>They can.</summary>
    Usable,

    /// <summary>As many have enrolled as may.</summary>
    UsedUp,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>An administrator has revoked it.</summary>
    Revoked,
}
