"""What the survey's page says around form and map: villages, lists, sending, whose phone it is, backups."""

from __future__ import annotations

from django.utils.translation import gettext as _


def shell_words() -> dict[str, str]:
    """Return the words by the names that the modules of static/js/survey know them under, in the reader's language."""
    return {
        **_of_villages(), **_of_base_maps(), **_of_lists(), **_of_sending(), **_of_people(), **_of_the_phone(),
    }  # fmt: skip


def _of_villages() -> dict[str, str]:
    return {
        "home": _("Điều tra"),
        "villages": _("Thôn được giao"),
        "noVillages": _("Bạn chưa được giao thôn nào trong đợt đang mở. Hãy hỏi cán bộ xã."),
        "villagesNeedNetwork": _("Chưa tải thôn nào về máy này. Khi có mạng, các thôn được giao hiện ở đây."),
        "villageNotHere": _("Thôn này chưa có trên máy. Hãy về trang thôn được giao để tải."),
        "unopenedHint": _(
            "Nếu thôn không còn trong danh sách được giao thì phiếu này không mở ra được nữa; hãy hỏi cán bộ xã, hoặc "
            "bỏ phiếu."
        ),
        "until": _("đến hết %(date)s"),
        "houseCount": _("%(count)s nhà"),
        "houseCountOfPart": _("Phần được giao: %(assigned)s nhà, trên %(count)s nhà của thôn"),
        "villageInPart": _(
            "Máy mới có các nhà của phiếu trong bản dự phòng, chưa có cả thôn. Thôn sẽ tự tải về khi có mạng."
        ),
        "take": _("Tải về máy, %(size)s"),
        "taking": _("Đang tải: %(size)s…"),
        "takenAt": _("Đã tải về máy; cập nhật lúc %(time)s."),
        "openVillage": _("Mở"),
        "dropVillage": _("Bỏ khỏi máy"),
        "dropHeld": _("Thôn này còn phiếu chưa gửi nên chưa bỏ được."),
        "takeFailed": _(
            "Chưa tải được: mạng đứt giữa chừng hoặc mạng này cần đăng nhập. Máy chưa đổi gì; hãy thử lại."
        ),
        "noRoomForPack": _("Bộ nhớ của máy đã đầy nên chưa tải được. Hãy xóa bớt ảnh, ứng dụng rồi thử lại."),
        "unknownPage": _("Không có trang này trên máy."),
    }


def _of_base_maps() -> dict[str, str]:
    return {
        "baseMap": _("Bản đồ nền"),
        "withBaseMap": _("Kèm bản đồ nền của xã, %(size)s: đường, ngõ, ranh giới hiện cả khi không có mạng"),
        "baseMapOffered": _("%(name)s: chưa có trên máy, %(size)s."),
        "baseMapBegun": _("%(name)s: mới tải được %(had)s trên %(size)s."),
        "baseMapHere": _("%(name)s: đã có trên máy, %(size)s, tải lúc %(time)s."),
        "baseMapNewer": _("Máy chủ có bản mới hơn, %(size)s."),
        "baseMapComing": _("Đang tải bản đồ nền: %(had)s trên %(size)s…"),
        "baseMapTake": _("Tải bản đồ nền"),
        "baseMapGoOn": _("Tải tiếp bản đồ nền"),
        "baseMapAgain": _("Tải lại bản đồ nền"),
        "baseMapDrop": _("Bỏ bản đồ nền khỏi máy"),
        "baseMapFailed": _("Bản đồ nền chưa tải xong vì mạng đứt. Phần đã tải vẫn được giữ; hãy tải tiếp khi có mạng."),
        "baseMapNoRoom": _("Bộ nhớ của máy đã đầy nên bản đồ nền chưa tải xong. Phiếu vẫn làm được khi không có nó."),
    }


def _of_lists() -> dict[str, str]:
    return {
        "list": _("Danh sách"),
        "openMap": _("Bản đồ"),
        "house": _("Nhà"),
        "addedHouse": _("Nhà mới"),
        "doneOf": _("Đã làm %(done)s trên %(count)s nhà."),
        "nearest": _("Gần nhất trước"),
        "whereAmI": _("Tìm nhà gần tôi"),
        "locating": _("Đang tìm vị trí…"),
        "noPlace": _("Chưa lấy được vị trí; danh sách theo đường và số nhà."),
        "search": _("Tìm theo số nhà, đường, chủ hộ"),
        "all": _("Tất cả"),
        "metres": _("%(metres)s m"),
        "noHouses": _("Không có nhà nào như vậy."),
        "moreHouses": _("Còn %(count)s nhà nữa: gõ để tìm, hoặc chọn trạng thái."),
        "newHouse": _("nhà mới"),
        "todo": _("chưa làm"),
        "draft": _("đang làm"),
        "waiting": _("xong, chờ gửi"),
        "sent": _("đã gửi"),
        "returned": _("trả lại để sửa"),
        "rejected": _("không nhận"),
        "approved": _("đã duyệt"),
        "refused": _("chưa gửi được, cần sửa"),
    }


def _of_sending() -> dict[str, str]:
    return {
        "sync": _("Gửi ngay"),
        "syncing": _("Đang gửi…"),
        "sentElsewhere": _("Trang này còn mở ở một thẻ khác, và thẻ đó đang gửi."),
        "allSent": _("Mọi phiếu đã gửi đều có biên nhận của máy chủ."),
        "waitingCount": _("Chờ gửi: %(count)s phiếu, %(photos)s ảnh."),
        "draftCount": _("Đang làm dở: %(count)s phiếu."),
        "draftList": _("Phiếu làm dở; mở ra để làm tiếp:"),
        "receiptCount": _("Biên nhận: %(count)s."),
        "noNetwork": _("Chưa có mạng. Mọi thứ được giữ trên máy và tự gửi khi có mạng."),
        "signedOut": _("Phiên đăng nhập đã hết. Phiếu vẫn nằm trên máy; đăng nhập lại để gửi."),
        "signIn": _("Đăng nhập"),
        "revoked": _("Máy này đã bị thu hồi quyền gửi. Phiếu vẫn nằm trên máy; hãy gặp cán bộ xã."),
        "conflictCount": _("Có %(count)s mục hai người ghi khác nhau; cán bộ xã sẽ chọn."),
        "late": _("Có phiếu nằm trên máy hơn 24 giờ chưa gửi. Hãy tìm chỗ có mạng, hoặc lưu bản dự phòng."),
        "clockAhead": _(
            "Đồng hồ của máy nhanh %(much)s so với máy chủ. Hãy bật giờ tự động trong cài đặt của máy; "
            "những gì đã ghi vẫn được giữ và gửi đi."
        ),
        "clockBehind": _(
            "Đồng hồ của máy chậm %(much)s so với máy chủ. Hãy bật giờ tự động trong cài đặt của máy; "
            "những gì đã ghi vẫn được giữ và gửi đi."
        ),
        "lastSent": _("Liên lạc được với máy chủ lần cuối lúc %(time)s."),
        "refusedList": _("Máy chủ chưa nhận những phiếu này; mở ra sửa rồi gửi lại:"),
        "refusedPhoto": _("Máy chủ không nhận một ảnh: %(why)s"),
        "stuckPhotos": _("Những ảnh này không tự gửi được:"),
        "loosePhoto": _("Một ảnh chưa phiếu nào ghi; mở nhà để đưa ảnh vào phiếu."),
        "missingPhoto": _(
            "Một ảnh của phiếu đã xong không còn trên máy này, và máy chủ chưa báo là đã nhận. Máy hỏi lại mỗi lần gửi."
        ),
        "missingPhotoAsk": _("Thôi hỏi máy chủ về ảnh này? Nếu máy chủ đã nhận thì ảnh vẫn còn ở đó."),
        "givePhotoUp": _("Bỏ ảnh này"),
        "givePhotoUpAsk": _("Ảnh chỉ có trên máy này. Bỏ hẳn?"),
        "givePhotoUpYes": _("Bỏ hẳn"),
        "givePhotoUpNo": _("Giữ ảnh"),
    }


def _of_people() -> dict[str, str]:
    return {
        "whoseUnknown": _("Đăng nhập một lần khi có mạng; sau đó trang này mở được cả khi không có mạng."),
        "askNetwork": _("Chưa liên lạc được với máy chủ. Hãy thử lại khi có mạng."),
        "again": _("Thử lại"),
        "checkingWho": _("Đang hỏi máy chủ xem ai đang đăng nhập trên máy này…"),
        "whoUnknown": _(
            "Máy chủ chưa cho biết ai đang đăng nhập. Phiếu trên máy này là của %(name)s. Không phải bạn thì hãy chờ "
            "có mạng rồi thử lại."
        ),
        "goOnMyself": _("Tôi là %(name)s, làm tiếp"),
        "otherPerson": _(
            "%(other)s đang đăng nhập trên máy này. Phiếu của %(name)s vẫn được giữ riêng và chỉ gửi khi chính "
            "%(name)s đăng nhập lại."
        ),
        "goOnAs": _("Làm tiếp với tên %(other)s"),
        "signInAs": _("Đăng nhập lại với tên %(name)s"),
        "sharedOffline": _(
            "Máy này có nhiều người dùng, và khi không có mạng trang không biết ai đang cầm máy: đây là phiếu của "
            "%(name)s. Không phải bạn thì hãy trao máy ở trang Máy này."
        ),
        "leave": _("Trao máy cho người khác"),
        "leaveHint": _(
            "Phiên đăng nhập kết thúc. Phiếu chưa gửi vẫn nằm trên máy, người khác không xem được ở trang này; ai làm "
            "tiếp cũng cần mạng để đăng nhập."
        ),
        "leaveOffline": _(
            "Chưa liên lạc được với máy chủ. Nếu trao máy bây giờ thì không ai, kể cả %(name)s, mở được phiếu cho đến "
            "khi có mạng để đăng nhập lại. Phiếu vẫn được giữ trên máy."
        ),
        "leaveAnyway": _("Vẫn trao máy"),
        "leaveNot": _("Thôi, làm tiếp"),
    }


def _of_the_phone() -> dict[str, str]:
    return {
        "phone": _("Máy này"),
        "thisPhone": _("Tên của máy"),
        "phoneName": _("Cán bộ xã nhận ra máy này bằng tên"),
        "keepName": _("Giữ tên này"),
        "nameKept": _("Đã giữ tên. Máy chủ biết tên này khi có mạng."),
        "nameNeeded": _("Hãy gõ một tên, như “Máy của Mai”."),
        "newVersion": _("Đã có bản mới của trang. Phiếu đang làm vẫn được giữ."),
        "update": _("Dùng bản mới"),
        "version": _("Phiên bản %(version)s"),
        "storage_kept": _("Trình duyệt đã hứa không tự xóa dữ liệu của trang này."),
        "storage_may_go": _(
            "Trình duyệt có thể tự xóa dữ liệu khi máy thiếu chỗ. Hãy gửi hết phiếu trước, rồi thêm trang này vào màn "
            "hình chính và làm tiếp ở đó: trên iPhone, trang ở màn hình chính có bộ nhớ riêng, không thấy phiếu còn ở "
            "đây. Gửi phiếu hằng ngày và lưu bản dự phòng."
        ),
        "storageUnsent": _("Ở đây còn chưa gửi: %(count)s phiếu xong, %(drafts)s phiếu làm dở, %(photos)s ảnh."),
        "storage_unknown": _("Trình duyệt không cho biết dữ liệu có được giữ lâu không. Hãy gửi phiếu hằng ngày."),
        "used": _("Đang dùng %(used)s trên %(quota)s của trình duyệt."),
        "backup": _("Bản dự phòng"),
        "backupHint": _("Một tệp mã hóa giữ phiếu và ảnh chưa gửi. Ai không có mật khẩu của tệp thì không mở được."),
        "loadHere": _("Nạp bản dự phòng vào máy này"),
        "loadHint": _("Gõ mật khẩu của tệp ở ô trên, chọn tệp rồi nạp. Phiếu đang có trên máy không mất."),
        "chooseBackup": _("Chọn tệp dự phòng"),
        "storage": _("Bộ nhớ"),
        "passphrase": _("Mật khẩu của tệp (ít nhất 8 ký tự)"),
        "makeBackup": _("Lưu tệp dự phòng"),
        "loadBackup": _("Nạp tệp dự phòng"),
        "backupMade": _(
            "Đã tạo tệp: %(queue)s phiếu chờ gửi, %(drafts)s phiếu dở, %(photos)s ảnh. Hãy xem tệp đã được lưu trên "
            "máy chưa."
        ),
        "backupReady": _("Tệp đã sẵn sàng nhưng chưa được lưu. Bấm Lưu tệp rồi chọn nơi lưu."),
        "saveFile": _("Lưu tệp"),
        "backupNotSaved": _("Tệp chưa được lưu. Hãy bấm Lưu tệp lần nữa rồi chọn nơi lưu."),
        "backupLoaded": _("Đã nạp: %(queue)s phiếu chờ gửi, %(drafts)s phiếu dở, %(photos)s ảnh."),
        "backupSkipped": _(
            "Bỏ qua %(skipped)s phiếu cũ: sau khi lưu tệp này, máy đã hoàn thành bản mới hơn của những nhà ấy, hoặc "
            "phiếu đã được bỏ."
        ),
        "backupBeside": _(
            "Trong tệp còn %(count)s phiếu dở khác với phiếu dở của cùng nhà trên máy. Phiếu trên máy được giữ; với "
            "từng nhà có thể lấy phiếu trong tệp thay vào:"
        ),
        "besideTimes": _("trên máy ghi lúc %(here)s, trong tệp ghi lúc %(file)s."),
        "besideAnswer": _("%(label)s: trên máy %(here)s; trong tệp %(file)s"),
        "besideNothing": _("chưa ghi"),
        "besidePinned": _("ghim đặt trên bản đồ"),
        "besideApart": _("Hai vị trí cách nhau %(metres)s m."),
        "otherPhotos": _("%(count)s, là ảnh khác"),
        "takeFromFile": _("Lấy phiếu trong tệp"),
        "takeFromFileYes": _("Thay phiếu trên máy; không lấy lại được"),
        "keepDraftHere": _("Giữ phiếu trên máy"),
        "takenFromFile": _("phiếu trong tệp đã thay phiếu trên máy."),
        "besideOtherTab": _("Nhà này đang mở ở một trang khác. Hãy mở trang kia, bấm Để sau, rồi bấm lại ở đây."),
        "fileIsOver": _("phiếu trong tệp không thay vào nữa: phiếu của nhà này đã xong, hoặc đã được bỏ."),
        "tooShort": _("Mật khẩu cần ít nhất 8 ký tự."),
        "chooseFile": _("Hãy chọn tệp dự phòng trước."),
        "no_backup": _("Tệp này không phải bản dự phòng của trang điều tra, hoặc đã hỏng."),
        "wrong": _("Không mở được: sai mật khẩu, hoặc tệp đã bị sửa. Máy chưa đổi gì."),
        "other_person": _("Bản dự phòng này của %(name)s. Hãy đăng nhập bằng tài khoản đó rồi nạp."),
        "noRoomHere": _("Bộ nhớ của máy đã đầy nên chưa ghi được. Hãy xóa bớt ảnh, ứng dụng rồi thử lại."),
        "closeOther": _(
            "Trang này còn mở bằng bản cũ ở một thẻ khác. Hãy đóng thẻ kia; trang này tự mở tiếp, "
            "và phiếu vẫn còn nguyên."
        ),
        "notShown": _(
            "Màn hình này chưa mở được, có thể vì mạng đứt giữa chừng. Phiếu vẫn được giữ trên máy; các màn hình khác "
            "vẫn dùng được."
        ),
        "notBegun": _("Trang chưa mở được. Phiếu vẫn được giữ trên máy; hãy thử lại."),
        "pageIsOld": _(
            "Trang này đã được mở bằng bản mới hơn ở một thẻ khác, nên thẻ này không ghi được nữa. Hãy chép lại phần "
            "chưa giữ được, nếu có, rồi tải lại trang."
        ),
        "databaseClosed": _(
            "Trình duyệt đã đóng kho dữ liệu của trang và chưa mở lại được, nên tạm thời không ghi và không gửi được. "
            "Phiếu đã giữ vẫn còn trên máy. Nếu lát nữa vẫn vậy, hãy tải lại trang."
        ),
        "reload": _("Tải lại trang"),
        "tooOld": _("Trình duyệt này quá cũ, hoặc trang không mở qua https, nên không giữ được phiếu trên máy."),
    }
